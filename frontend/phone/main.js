// The phone pages: one document, drawn from what lies on this phone, with or without a signal.
import { ask, button, h, icon } from "./dom.js";
import { dayPage } from "./day.js";
import { dealersPage, startOffPlan } from "./dealers.js";
import { countDrafts, expensePage, expensesPage } from "./expenses.js";
import { ping } from "./outbox.js";
import { position } from "./place.js";
import { queuePage } from "./queue.js";
import { anotherIsHere, begin, known, leaveDevice, open, readDrafts, readLocal, send, urls, user, watch } from "./state.js";
import { othersWait } from "./store.js";
import { statusLine, todayPage } from "./today.js";
import { visitPage } from "./visit.js";
import { phone, t } from "./words.js";

const app = document.getElementById("app");
const status = document.getElementById("status");
const back = document.getElementById("back");
let shown = null;
let place = null;
let turn = 0;

function drawStatus() {
  status.replaceChildren(...statusLine());
  if (known.connection === "sign-in") {
    status.append(h("a", { class: "tag tag-yellow m-status", href: phone.urls.sign_in }, icon("login"), t("sign_in")));
  }
}

/** Show the page of an address; `again` draws it anew even when it is the one that is shown. */
async function go(hash, { again = false } = {}) {
  if (location.hash !== hash && !(hash === "#/" && !location.hash)) {
    location.hash = hash;
    return;
  }
  if (again) await draw();
}

async function draw() {
  const mine = (turn += 1);
  const leaving = shown;
  const [name = "", key = "", part = ""] = location.hash.replace(/^#\/?/, "").split("/");
  // Named before it is there, so that news meanwhile do not begin it a second time.
  shown = { name, leave() {} };
  await leaving?.leave();
  await readDrafts();
  back.hidden = !name;
  let content;
  let page = null;
  if (name === "visit") {
    page = await visitPage(key, go);
    content = page.content;
  } else if (name === "start") {
    const started = await startOffPlan(Number(key));
    if (mine !== turn) return;
    return void location.replace(started ? `#/visit/${started}` : "#/dealers");
  } else if (name === "queue") {
    content = queuePage(go);
  } else if (name === "dealers") {
    content = dealersPage();
  } else if (name === "expenses" && !known.data) {
    // Currencies come with the data: what would be written before could not be taken.
    content = todayPage(place);
  } else if (name === "expenses" && key) {
    page = await expensePage(key, part, go);
    content = page.content;
  } else if (name === "expenses") {
    content = expensesPage();
  } else if (name === "day") {
    content = dayPage(go, key);
  } else {
    content = todayPage(place);
  }
  // Another page was asked for meanwhile.
  if (mine !== turn) return void page?.leave?.();
  app.replaceChildren(...[content].flat(3).filter(Boolean));
  if (part === "end") page?.end?.();
  shown = { name, leave: () => page?.leave?.() };
  if (!name && known.data) locateOnce();
}

let located = false;

/** For the distance on the card; only with consent, only while the page is open. */
async function locateOnce() {
  if (located || !known.data.consent) return;
  located = true;
  place = await position();
  if (place && shown?.name === "") await draw();
}

addEventListener("hashchange", async () => {
  await draw();
  scrollTo(0, 0);
  app.focus({ preventScroll: true });
});

const PAUSE_MS = 60;
let soon = null;

/** What is typed, or read like a letter, is never drawn over: only lists follow the news. */
const isList = () => !app.querySelector("input, textarea, select, .m-head");

/** After a moment: while hundreds are sent, the news come faster than anybody reads. What was just written here waits at once. */
function drawSoon(what) {
  if (what === "queued") drawStatus();
  soon ||= setTimeout(() => {
    soon = null;
    drawStatus();
    if (isList()) void draw();
  }, PAUSE_MS);
}

watch((what) => {
  if (what === "writing") return drawStatus();
  if (what !== "first") return drawSoon(what);
  drawStatus();
  if (isList()) void draw();
});

/** Nobody signs out and loses what was written: it is said what waits, and others' messages stay. */
document.getElementById("leave").addEventListener("click", async () => {
  const state = await send({ now: true });
  await shown?.leave();
  await readLocal();
  const waiting = known.outbox.size + known.drafts.length + (await countDrafts());
  if (waiting) {
    const answer = await ask(t("leave_title"), h("p", {}, t("leave_help", { count: waiting })), [["", t("stay")], ["leave", t("leave_anyway"), "btn-danger"]]);
    if (answer !== "leave") return draw();
  }
  const met = state === "offline" ? { state } : await ping(user, urls.ping);
  if (met.state === "offline") return void (await ask(t("no_signal"), h("p", {}, t("leave_offline")), [["", t("close")]]));
  const keep = await othersWait(user);
  navigator.serviceWorker?.controller?.postMessage("forget");
  await leaveDevice();
  if (!met.csrf) return location.assign(phone.urls.sign_in);
  const form = h("form", { method: "post", action: urls.leave, hidden: true },
    h("input", { name: "csrfmiddlewaretoken", value: met.csrf }), keep && h("input", { name: "keep", value: "1" }));
  document.body.append(form);
  form.submit();
});

/** After the data have come: what it keeps for later must not stand before what is shown now. */
function registerWorker() {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "another-page" && isList() && location.reload());
  navigator.serviceWorker.register(urls.worker, { scope: urls.shell, updateViaCache: "none" })
    .then(() => navigator.serviceWorker.ready)
    .then((registration) => registration.active?.postMessage("keep"))
    .catch(() => {});
}

/**
 * Since the sign-in page was shown here (static/js/entrance.js) this may be somebody else's phone: then nothing is drawn before
 * the server says whose it is, unless there is no signal.
 */
async function isStillHers() {
  if (!/(?:^|; )phone_ask=/.test(document.cookie)) return true;
  // Without the worker in between it is the server's page, made for whoever is signed in.
  const isKept = performance.getEntriesByType("navigation")[0]?.workerStart > 0;
  const met = isKept ? await ping(user, urls.ping) : { state: "online", csrf: true };
  if (met.csrf) document.cookie = `phone_ask=; Path=${urls.shell}; Max-Age=0`;
  if (met.state === "other-user") await anotherIsHere();
  return met.state !== "other-user";
}

async function run() {
  try {
    if (!(await isStillHers())) return;
    await open();
  } catch (error) {
    // A private window or a full phone: the pages cannot keep what is written, so nothing should be written here.
    app.replaceChildren(h("div", { class: "notice notice-red" }, t("no_storage")), button(t("try_again"), () => location.reload()));
    throw error;
  }
  drawStatus();
  await draw();
  await begin();
  registerWorker();
}

void run();
