// The console works without this file. It turns times local, copies, keeps the theme, and refreshes what is live.
"use strict";

const clock = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
const thisYear = new Intl.DateTimeFormat(undefined, clock);
const otherYear = new Intl.DateTimeFormat(undefined, { ...clock, year: "numeric" });

function localTime(at) {
  return (at.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(at);
}

function dress(root) {
  for (const time of root.querySelectorAll("time[datetime]"))
    time.textContent = localTime(new Date(time.dateTime));
  for (const copy of root.querySelectorAll("button.copy"))
    copy.hidden = false;
}

document.addEventListener("click", async event => {
  const copy = event.target.closest("button.copy");
  if (copy === null)
    return;
  await navigator.clipboard.writeText(copy.dataset.copy);
  copy.classList.add("copied");
  setTimeout(() => copy.classList.remove("copied"), 1200);
});

document.addEventListener("submit", event => {
  const theme = event.target.matches("[data-theme-switch]") ? event.submitter?.value : undefined;
  if (theme === undefined)
    return;
  event.preventDefault();
  document.documentElement.dataset.theme = theme;
  document.cookie = `llmops-theme=${theme}; path=/; max-age=31536000; samesite=strict`;
  for (const button of event.target.querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.value === theme));
});

// Live parts: the same page is fetched and the parts that differ are put in place. Nothing is replaced under a person's hands.
function busy(part) {
  return part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select, summary")
    || [...part.querySelectorAll("input, textarea")].some(field => field.type !== "hidden" && field.value !== field.defaultValue);
}

// What the focus rests on, so that it can go to the same thing in the part that comes instead.
function mark(element) {
  return ["href", "value", "data-copy", "aria-label"].map(name => element.getAttribute(name)).join(" ");
}

function fetchPage() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // reads a document without running anything in it
    request.open("GET", location.pathname + location.search);
    request.responseType = "document";
    request.timeout = 10000;
    request.onload = () => request.status === 200 && request.responseURL.includes(location.pathname) ? resolve(request.response) : reject(new Error(`status ${request.status}`));
    request.onerror = request.ontimeout = () => reject(new Error("no answer"));
    request.send();
  });
}

const shown = new Map([...document.querySelectorAll("[data-live]")].map(part => [part.dataset.live, part.innerHTML]));

function swap(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (other === null || other.innerHTML === shown.get(part.dataset.live) || busy(part))
      continue;
    shown.set(part.dataset.live, other.innerHTML);
    const open = [...part.querySelectorAll("details")].map(fold => fold.open);
    const held = part.contains(document.activeElement) ? mark(document.activeElement) : null;
    part.replaceChildren(...[...other.childNodes].map(node => document.importNode(node, true)));
    [...part.querySelectorAll("details")].forEach((fold, at) => { fold.open = open[at] ?? fold.open; });
    dress(part);
    if (held !== null)
      [...part.querySelectorAll("a, button, summary, [tabindex]")].find(element => mark(element) === held)?.focus({ preventScroll: true });
  }
}

function keepLive() {
  const seconds = Math.min(...[...document.querySelectorAll("[data-every]")].map(part => Number(part.dataset.every)));
  if (!Number.isFinite(seconds))
    return;
  const next = () => setTimeout(async () => {
    try {
      if (!document.hidden) {
        swap(await fetchPage());
        document.documentElement.dataset.stale = "false";
      }
    } catch {
      document.documentElement.dataset.stale = "true";
    }
    next();
  }, seconds * 1000);
  next();
}

dress(document);
keepLive();
