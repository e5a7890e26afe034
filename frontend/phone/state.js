// What the pages know: the kept data of four days, the drafts, what waits to be sent; and whether the server was reached.
import { entries, flush as flushOutbox, tell, channelName } from "./outbox.js";
import { forget, rememberUser, store } from "./store.js";
import { asDate, inDays, isoDay, phone } from "./words.js";

export const { user, urls } = phone;
const FRESH_MS = 5 * 60_000;
const LOOK_MS = 20_000;

export const known = {
  data: null,
  dealers: null,
  drafts: [],
  outbox: [],
  fetchedAt: 0,
  // "" while nothing is known, "online", "offline", "sign-in".
  connection: "",
};

const watchers = new Set();
export const watch = (watcher) => void watchers.add(watcher);
const announce = (what) => watchers.forEach((watcher) => watcher(what));

const database = () => store(user);

export async function readLocal() {
  const db = await database();
  [known.data, known.dealers, known.drafts, known.outbox, known.fetchedAt] = await Promise.all([
    db.get("kept", "data"), db.get("kept", "dealers"), db.getAll("drafts"), entries(user), db.get("kept", "fetched_at"),
  ]);
  known.fetchedAt ||= 0;
}

/** Read what lies on this phone. Throws where the browser keeps nothing. */
export async function open() {
  await rememberUser(user);
  await readLocal();
}

/** Send what waits, ask the server for what is new, and again whenever there may be a reason to. */
export async function begin() {
  new BroadcastChannel(channelName(user)).addEventListener("message", async ({ data }) => {
    // This page hears itself, too.
    if (data === "left") return void (leaving || location.reload());
    await readLocal();
    announce(data);
  });
  addEventListener("online", () => reach({ now: true }));
  addEventListener("offline", () => connectionIs("offline"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && reach({ now: true }));
  setInterval(() => document.visibilityState === "visible" && send(), LOOK_MS);
  await reach({ now: true });
}

function connectionIs(connection) {
  if (known.connection === connection) return;
  known.connection = connection;
  announce("connection");
}

/** Send what waits, then fetch what is new. */
export async function reach({ now = false } = {}) {
  const state = await send({ now });
  if (["offline", "sign-in", "other-user"].includes(state)) return;
  if (now || Date.now() - known.fetchedAt > FRESH_MS) await fetchData();
}

export async function send({ now = false } = {}) {
  const state = await flushOutbox(user, urls, { now });
  if (state === "other-user") await anotherIsHere();
  else if (state === "offline" || state === "sign-in") connectionIs(state);
  return state;
}

/** Somebody else has signed in on this phone: nothing of this user's is shown to her. */
async function anotherIsHere() {
  document.getElementById("app").replaceChildren();
  navigator.serviceWorker?.controller?.postMessage("forget");
  await new Promise((done) => setTimeout(done, 200));
  location.reload();
}

async function ask(name, etagKey) {
  const db = await database();
  const etag = await db.get("kept", etagKey);
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  const answer = await fetch(urls[name], { headers, credentials: "same-origin", cache: "no-store", redirect: "manual" });
  if (answer.status === 304) return { unchanged: true };
  if (answer.status === 200) return { body: await answer.json(), etag: answer.headers.get("ETag") };
  return { status: answer.status, type: answer.type };
}

let fetching = null;

export function fetchData() {
  fetching ||= fetchOnce().finally(() => (fetching = null));
  return fetching;
}

async function fetchOnce() {
  let found;
  let dealers;
  try {
    found = await ask("data", "data_etag");
    if (found.body || found.unchanged) dealers = await ask("dealers", "dealers_etag");
  } catch {
    return connectionIs("offline");
  }
  if (found.status) {
    const turnedAway = [401, 403].includes(found.status) || found.type === "opaqueredirect";
    return connectionIs(turnedAway ? "sign-in" : "offline");
  }
  if (found.body && found.body.user !== user) return anotherIsHere();
  const db = await database();
  const transaction = db.transaction("kept", "readwrite");
  if (found.body) {
    await transaction.store.put(found.body, "data");
    if (found.etag) await transaction.store.put(found.etag, "data_etag");
  }
  if (dealers?.body) {
    await transaction.store.put(dealers.body.dealers, "dealers");
    if (dealers.etag) await transaction.store.put(dealers.etag, "dealers_etag");
  }
  await transaction.store.put(Date.now(), "fetched_at");
  await transaction.done;
  await readLocal();
  connectionIs("online");
  if (found.body || dealers?.body) announce("all");
  else announce("fetched");
}

/**
 * The business day now. The server says which it was when the data came; since then days have passed here as anywhere, so
 * that a phone that wakes up without a signal shows this morning's stops.
 */
export function today() {
  if (!known.data) return isoDay();
  const then = known.fetchedAt ? isoDay(new Date(known.fetchedAt)) : isoDay();
  const ahead = Math.round((asDate(known.data.today) - asDate(then)) / 86_400_000);
  return inDays(ahead);
}

/** A stop as it stands on this phone: what waits to be sent counts already. */
export function stateOf(stop) {
  const waiting = known.outbox.find((entry) => entry.kind === "visit" && entry.visit === stop.key);
  if (waiting) return { state: JSON.parse(waiting.body).data.state, waiting };
  const draft = known.drafts.find((each) => each.key === stop.key);
  if (draft?.started_at) return { state: "UNDER_WAY", draft };
  return { state: stop.state, draft };
}

export async function keepConsent(given) {
  const db = await database();
  const transaction = db.transaction("kept", "readwrite");
  const data = await transaction.store.get("data");
  if (data) {
    data.consent = given;
    await transaction.store.put(data, "data");
  }
  await transaction.done;
  await readLocal();
}

/** Something was put into the outbox: tell the others, ask the browser to send it even when the page is closed, and try now. */
export async function queued() {
  tell(user, "outbox");
  await readLocal();
  announce("outbox");
  navigator.storage?.persist?.().catch(() => {});
  navigator.serviceWorker?.ready.then((registration) => registration.sync?.register("outbox")).catch(() => {});
  void reach({ now: true });
}

let leaving = false;

export async function leaveDevice() {
  leaving = true;
  await forget(user);
  tell(user, "left");
}

export { database };
