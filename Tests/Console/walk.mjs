// Walks through the console as its people do: node walk.mjs release|review <id>, with LLMOPS_CONSOLE, LLMOPS_APP and LLMOPS_BROWSER.
// Prints one line of JSON per check; a walk that cannot go on ends with the exit code 1.
import { check, open } from './browser.mjs';

const [chapter, id] = process.argv.slice(2);
const app = process.env.LLMOPS_APP;
const browser = await open(process.env.LLMOPS_CONSOLE);

try {
  await { release, review }[chapter]();
  check(`the walk "${chapter}" came to its end`, true);
} finally {
  await browser.close();
}

/** The first release: one person watches it, another lets it go. */
async function release() {
  const visitor = await browser.person('a visitor');
  await visitor.visit(`/releases/${id}`, 'Sign in');
  const engineer = await signIn(visitor, 'engineer');
  check('signing in leads to the page that was asked for', new URL(engineer.page.url()).pathname === `/releases/${id}`, engineer.page.url());

  const phase = engineer.page.locator('h1 .badge');
  await engineer.sees('that the release waits for an approval', phase.filter({ hasText: 'awaiting approval' }));
  await engineer.sees('why it waits', engineer.page.getByRole('status').filter({ hasText: 'It has 0 of 1 approvals' }));
  await engineer.sees('why the approval is not theirs to give', engineer.page.getByText('nobody approves their own'));
  await engineer.seesNo('button to approve', engineer.page.getByRole('button', { name: 'Approve' }));
  await engineer.inspect('a waiting release');
  const prompt = engineer.page.getByRole('link', { name: 'guest-agent 1.0.0' });
  await prompt.focus();
  await engineer.page.evaluate(() => { globalThis.sameDocument = true; });

  const lead = await signIn(await browser.person('a visitor'), 'lead');
  await lead.visit(`/releases/${id}`, 'v1.0.0');
  await lead.page.getByLabel('Reason').fill('nothing is live yet, and no gate failed');
  await lead.page.getByRole('button', { name: 'Approve' }).click();
  await lead.sees('their approval', lead.page.locator('.plainlist').filter({ hasText: 'lead@local' }));

  await engineer.sees('that it is live', phase.filter({ hasText: 'live' }));
  await engineer.sees('what it waits for now', engineer.page.getByRole('status').filter({ hasText: /\S/ }));
  await engineer.sees('how it became live', engineer.page.getByText('Approved by lead@local'));
  await engineer.sees('which steps were left out', engineer.page.locator('.ladder .skipped').filter({ hasText: 'shadow' }));
  check('the page became live without being loaded again', await engineer.page.evaluate(() => globalThis.sameDocument === true));
  check('the focus stays where it was', await prompt.evaluate(element => element === document.activeElement));
  await engineer.inspect('a live release');

  await engineer.visit('/prompts', 'Prompts');
  await engineer.reloadUntil(engineer.page.getByRole('row').filter({ hasText: app }).filter({ hasText: 'production 1.0.0' }));
}

/** The second version: proposed, refused to its author, approved by the lead, and found again on every page. */
async function review() {
  const engineer = await signIn(await browser.person('a visitor'), 'engineer');
  await engineer.visit(`/proposals/${id}`, app);
  await engineer.sees('why the approval is not theirs to give', engineer.page.getByText('nobody approves their own'));
  await engineer.seesNo('button to approve', engineer.page.getByRole('button', { name: 'Approve' }));

  const lead = await signIn(await browser.person('a visitor'), 'lead');
  await approveByKeyboard(lead);
  await everyPage(lead);
  await keepsTheTheme(lead);
}

async function approveByKeyboard(lead) {
  const page = lead.page;
  await lead.visit('/', 'What needs you now');
  const card = page.getByRole('region', { name: 'Waiting for your review' }).getByRole('link').filter({ hasText: app });
  await lead.sees('the proposal that waits for them', card);
  await lead.tabTo(card);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/proposals/${id}`);
  await lead.sees('the evidence', page.getByRole('region', { name: 'Gates' }).getByRole('row').filter({ hasText: /accuracy/i }));
  await lead.sees('what is taken out', page.locator('.diff del').filter({ visible: true }));
  await lead.sees('what is put in', page.locator('.diff ins').filter({ visible: true }));
  await lead.inspect('a proposal');

  await lead.tabTo(page.getByRole('button', { name: 'Approve' }));
  await page.keyboard.press('Enter');
  await lead.sees('that the proposal is approved', page.locator('h1 .badge').filter({ hasText: 'approved' }));
  await lead.sees('their review', page.locator('.timeline').filter({ hasText: 'lead@local' }));
  await lead.inspect('an approved proposal');
}

/** The pages that only show: each with the data of this application. */
async function everyPage(lead) {
  const page = lead.page;
  const row = (...texts) => texts.reduce((rows, hasText) => rows.filter({ hasText }), page.getByRole('row'));

  await lead.visit('/prompts', 'Prompts');
  await lead.sees('the prompt with both versions', row(app, '1.1.0'));
  await lead.visit(`/prompts/${app}/guest-agent`, 'guest-agent');
  await lead.sees('the newest text', page.getByText('at most two sentences').first());
  await page.getByRole('button', { name: 'Compare' }).click();
  await lead.sees('the sections of the comparison', page.getByRole('heading', { level: 3 }));
  await lead.inspect('two versions side by side');
  await page.getByRole('link', { name: 'Inline' }).click();
  await lead.sees('the comparison in one column', page.locator('.diff.inline ins'));
  await lead.inspect('two versions in one column');

  await lead.visit('/proposals', 'Proposals');
  await lead.sees('the proposal in the list', page.getByText(app).first());
  await lead.visit('/releases', 'Releases');
  await lead.sees('the release in the list', row(app));
  await lead.visit('/evaluations', 'Evaluations');
  await lead.sees('the evaluation in the list', row(app));
  await row(app).getByRole('link').first().click();
  await lead.sees('the gates of the run', page.getByRole('region', { name: 'Gates' }));
  await lead.inspect('an evaluation');

  await lead.visit('/costs', 'Costs');
  await lead.reloadUntil(row(app, 'eval')); // the ledger follows the gateway's feed
  await lead.sees('what the evaluations cost', row(app, 'eval'));
  await lead.inspect('costs with data');
  await lead.visit('/indexes', 'Indexes');
  await lead.sees('the index of this application', page.getByRole('heading', { level: 2 }).filter({ hasText: app }));

  await lead.visit('/audit', 'Audit');
  await lead.sees('their approval in the audit', row('lead@local'));
  const chains = page.locator('.chains li');
  const broken = chains.filter({ hasNotText: 'intact' });
  check('every audit chain is intact', await chains.count() > 0 && await broken.count() === 0, (await broken.allInnerTexts()).join('\n'));
}

async function keepsTheTheme({ page }) {
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await page.reload();
  check('a chosen theme is kept', await page.locator('html').getAttribute('data-theme') === 'dark');
}

async function signIn(person, role) {
  if (!person.page.url().includes('/sign-in')) await person.page.goto('/');
  check('a visitor is led to the sign-in', new URL(person.page.url()).pathname === '/sign-in', person.page.url());
  await person.page.getByRole('button', { name: `${role} ${role}@local` }).click();
  await person.page.getByRole('button', { name: 'Sign out' }).waitFor();
  person.name = `the ${role}`;
  return person;
}
