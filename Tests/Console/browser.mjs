// A headless Chromium in which people visit the console, and what every page of it must hold.
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const axe = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const patience = 60_000; // milliseconds: a limit for waiting, never a pause
const wide = { width: 1280, height: 900 };
const narrow = { width: 360, height: 800 };

/** One result: a line of JSON for the test. */
export function check(what, ok, detail = '') {
  console.log(JSON.stringify({ what, ok, detail: String(detail) }));
}

export async function open(address) {
  const browser = await chromium.launch({ executablePath: process.env.LLMOPS_BROWSER, args: ['--disable-gpu', '--disable-quic'] }); // with a new profile, and what else calls out switched off, by Playwright itself
  return {
    person: async name => new Person(name, address, await (await browser.newContext({ baseURL: address, viewport: wide })).newPage()),
    close: () => browser.close(),
  };
}

/** Somebody with a browser window of their own. Everything the window complains about is kept. */
class Person {
  #complaints = [];
  #foreign = [];

  constructor(name, address, page) {
    Object.assign(this, { name, page });
    page.setDefaultTimeout(patience);
    page.on('console', message => message.type() === 'error' && this.#complaints.push(message.text()));
    page.on('pageerror', error => this.#complaints.push(error.message));
    page.on('request', request => /^(data|blob):/.test(request.url()) || new URL(request.url()).origin === new URL(address).origin || this.#foreign.push(request.url()));
  }

  /** Goes to a page and looks at it as a person would who knows what must be there. */
  async visit(path, heading) {
    await this.page.goto(path);
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await this.inspect(path);
  }

  /** Asks for the page again until it holds what other processes bring later. */
  async reloadUntil(shown) {
    const until = Date.now() + patience;
    while (await shown.count() === 0) {
      if (Date.now() > until) throw new Error(`${this.page.url()} never showed ${shown}`);
      await this.page.reload();
    }
  }

  /** Waits for something; where it does not come the walk ends, for what follows stands on it. */
  async sees(what, shown) {
    const first = shown.first();
    try {
      await first.waitFor();
    } catch (error) {
      check(`${this.name} sees ${what}`, false, `${this.page.url()} does not show ${shown}, but: ${await this.page.locator('main, body').first().innerText()}`);
      throw error;
    }
    check(`${this.name} sees ${what}`, true, (await first.innerText()).replace(/\s+/g, ' '));
  }

  async seesNo(what, shown) {
    check(`${this.name} sees no ${what}`, await shown.count() === 0, this.page.url());
  }

  /** Reaches something by the Tab key alone, wherever the focus is now, and must see where it is on every stop. */
  async tabTo(target) {
    for (let stop = 0; stop < 200; stop++) {
      await this.page.keyboard.press('Tab');
      const focus = await this.page.evaluate(() => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
        return { seen: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 || boxShadow !== 'none', on: document.activeElement.outerHTML.slice(0, 120) };
      });
      if (!focus.seen) check(`${this.name} sees where the focus is`, false, focus.on);
      if (await target.evaluate(element => element === document.activeElement)) return;
    }
    throw new Error(`the Tab key does not reach ${target} on ${this.page.url()}`);
  }

  /** Accessible in light and in dark, no wider than a phone, quiet, and served by the console alone. */
  async inspect(name) {
    const page = this.page;
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // axe must not measure a colour half way through its change
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      check(`${name} is accessible in ${colorScheme}`, grave.length === 0, grave.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => `${node.html}: ${node.failureSummary}`).join('\n')}`).join('\n'));
    }
    await page.setViewportSize(narrow);
    const over = await page.evaluate(() => {
      const root = document.documentElement;
      if (root.scrollWidth <= root.clientWidth) return null;
      return [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > root.clientWidth).slice(0, 5).map(element => element.outerHTML.slice(0, 120)).join('\n');
    });
    check(`${name} fits a screen of ${narrow.width} pixels`, over === null, over ?? '');
    await page.setViewportSize(wide);
    check(`${name} has no error in the browser's console`, this.#complaints.length === 0, this.#complaints.splice(0).join('\n'));
    check(`${name} asks no other host`, this.#foreign.length === 0, this.#foreign.splice(0).join('\n'));
  }
}
