// The bell counts unread notices without a reload: at once what this tab saw last, then what the server says, once a minute
// while the page is looked at. The server answers 304 as long as nothing changed. These questions keep no session alive.
const EVERY_MS = 60_000;
const FRESH_MS = 15_000;
const bells = [...document.querySelectorAll("[data-bell]")];
const KEY = `bell-${bells[0]?.dataset.bell ?? ""}`;
let timer;
let stopped = false;

function show({ unread, text, label }) {
  for (const bell of bells) {
    const count = bell.querySelector("[data-bell-count]");
    count.textContent = unread ? text : "";
    count.hidden = !unread;
    bell.setAttribute("aria-label", label);
    bell.title = label;
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function remember(said) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...said, at: Date.now() }));
  } catch {
    // Without storage each page asks anew.
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There is nothing to forget.
  }
}

async function ask() {
  window.clearTimeout(timer);
  if (stopped || document.hidden) return;
  timer = window.setTimeout(ask, EVERY_MS);
  try {
    const answer = await fetch(bells[0].dataset.bellUrl, {
      cache: "no-cache",
      headers: { Accept: "application/json", "X-Unattended": "1" },
    });
    if (answer.status === 401 || answer.redirected) stopped = true;
    if (!answer.ok || answer.redirected) return;
    const said = await answer.json();
    show(said);
    remember(said);
  } catch {
    // Without a signal the count stays as it was.
  }
}

if (bells.length) {
  const before = remembered();
  if (before) show(before);
  const age = before ? Date.now() - before.at : Infinity;
  // What is done in the inbox changes the count: it asks at once, and so does the page that it leads to.
  const inInbox = window.location.pathname === new URL(bells[0].href).pathname;
  if (inInbox) window.addEventListener("pagehide", forget);
  if (inInbox || age > FRESH_MS) ask();
  else timer = window.setTimeout(ask, EVERY_MS - age);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
}
