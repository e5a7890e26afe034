// What the pages know: the kept data of four days, the drafts, what waits to be sent; and whether the server was reached.
import { channelName, enqueue, flush as flushOutbox, tell } from "./outbox.js";
import { forget, rememberUser, store } from "./store.js";
import { asDate, inDays, isoDay, phone } from "./words.js";

export const { user, urls } = phone;
const FRESH_MS = 5 * 60_000;
const LOOK_MS = 20_000;
// Briefs of dealers besides the stops: long, and seldom others.
const BRIEFS_MS = 30 * 60_000;
// Longer than this nobody waits at a counter for more than what lies here.
const ONE_BRIEF_MS = 2_500;

export const known = {
  data: null,
  dealers: null,
  drafts: [],
  // By number, in the order of writing; what is to be sent of them stays in the store.
  outbox: new Map(),
  // What the server made of messages since the data came, by what they were about.
  answers: new Map(),
  fetchedAt: 0,
  // "" while nothing is known, "online", "offline", "sign-in".
  connection: "",
  // How many things that somebody has just ended are on their way into the outbox.
  writing: 0,
};

const watchers = new Set();
export const watch = (watcher) => void watchers.add(watcher);
const announce = (what) => watchers.forEach((watcher) => watcher(what));

export const database = () => store(user);

/** Do what puts something into the outbox: from this very moment until it lies there, nobody is told that all is sent. */
export async function writing(work) {
  known.writing += 1;
  announce("writing");
  try {
    return await work();
  } finally {
    known.writing -= 1;
    announce("writing");
  }
}

/** Read all that lies here: when the page opens, or comes into sight after others may have changed it. */
export async function readLocal() {
  const db = await database();
  const [heads, drafts] = await Promise.all([db.getAll("outbox"), db.getAll("drafts"), readData()]);
  known.outbox = new Map(heads.map((head) => [head.seq, head]));
  known.drafts = drafts;
  latest = null;
}

export async function readDrafts() {
  known.drafts = await (await database()).getAll("drafts");
}

async function readData() {
  const transaction = (await database()).transaction(["kept", "answers"]);
  const kept = transaction.objectStore("kept");
  let answers;
  [known.data, known.dealers, known.fetchedAt, answers] = await Promise.all([
    kept.get("data"), kept.get("dealers"), kept.get("fetched_at"), transaction.objectStore("answers").getAll(),
  ]);
  known.fetchedAt ||= 0;
  known.answers = new Map();
  answers.forEach(heed);
}

/** Let an answer count in the data that came before it. */
function heed(answer) {
  known.answers.set(answer.key, answer);
  const stop = answer.kind === "visit" && known.data?.stops.find((each) => each.key === answer.key);
  if (stop) Object.assign(stop, answer.made);
}

/** Read again what has changed in the outbox, and no more. */
async function catchUp(seqs) {
  const transaction = (await database()).transaction(["outbox", "answers"]);
  const heads = await Promise.all(seqs.map((seq) => transaction.objectStore("outbox").get(seq)));
  const gone = seqs.filter((seq, index) => !heads[index] && known.outbox.has(seq)).map((seq) => known.outbox.get(seq).about);
  const answers = await Promise.all(gone.filter(Boolean).map((about) => transaction.objectStore("answers").get(about)));
  seqs.forEach((seq, index) => {
    if (heads[index]) known.outbox.set(seq, heads[index]);
    else known.outbox.delete(seq);
  });
  answers.filter(Boolean).forEach(heed);
  latest = null;
}

let latest = null;

/** The last entry about something that waits here, photos apart. */
export function entryAbout(key) {
  latest ||= new Map([...known.outbox.values()].filter((head) => head.kind !== "photo").map((head) => [head.about, head]));
  return latest.get(key);
}

export const entriesIn = (state) => [...known.outbox.values()].filter((head) => head.state === state);

/** Read what lies on this phone. Throws where the browser keeps nothing. */
export async function open() {
  await Promise.all([rememberUser(user), readLocal()]);
}

/** Send what waits, ask the server for what is new, and again whenever there may be a reason to. */
export async function begin() {
  new BroadcastChannel(channelName(user)).addEventListener("message", async ({ data }) => {
    // This page hears itself, too.
    if (data === "left") return void (leaving || location.reload());
    if (data.seqs) await catchUp(data.seqs);
    else await readData();
    announce(data.seqs ? "outbox" : "all");
  });
  addEventListener("online", () => reach({ now: true }));
  addEventListener("offline", () => connectionIs("offline"));
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    // While nobody looked at it, the page may have slept through the news.
    await readLocal();
    await reach({ now: true });
  });
  setInterval(() => document.visibilityState === "visible" && send(), LOOK_MS);
  await reach({ now: true });
}

function connectionIs(connection) {
  if (known.connection === connection) return;
  known.connection = connection;
  announce("connection");
}

/** Send what waits, then fetch what is new. `now`: without waiting for anything's time. */
export async function reach({ now = false } = {}) {
  // Nothing waits: what is new need not wait for it either.
  if (now && !known.outbox.size) return fetchData();
  const state = await send({ now });
  if (["offline", "sign-in", "other-user"].includes(state)) return;
  if (now || Date.now() - known.fetchedAt > FRESH_MS) await fetchData();
}

/** Send what waits; afterwards, when all of it was taken, what the server made of it is fetched. */
export async function send({ now = false } = {}) {
  const { state, met, sent } = await flushOutbox(user, urls, { now });
  if (state === "other-user") await anotherIsHere();
  else if (state === "offline" || state === "sign-in") connectionIs(state);
  else if (met) connectionIs("online");
  if (state === "done" && sent && !now) void fetchData();
  return state;
}

/** Somebody else has signed in on this phone: nothing of this user's is shown to her. */
export async function anotherIsHere() {
  document.getElementById("app").replaceChildren();
  navigator.serviceWorker?.controller?.postMessage("forget");
  await new Promise((done) => setTimeout(done, 200));
  location.reload();
}

async function ask(name, etagKey) {
  const db = await database();
  const etag = await db.get("kept", etagKey);
  const headers = { Accept: "application/json" };
  // Asked for without more than the page itself has asked for at its head, the answer may be here already.
  const asked = etag ? { headers: { ...headers, "If-None-Match": etag }, cache: "no-store", redirect: "manual" } : { headers };
  const answer = await fetch(urls[name], { credentials: "same-origin", ...asked });
  if (answer.status === 304) return { unchanged: true };
  if (answer.redirected) return { status: 401 };
  if (answer.status === 200) return { body: await answer.json(), etag: answer.headers.get("ETag") };
  return { status: answer.status, type: answer.type };
}

let fetching = null;

export function fetchData() {
  fetching ||= fetchOnce().finally(() => (fetching = null));
  return fetching;
}

async function fetchOnce() {
  const asked = Date.now();
  let found;
  try {
    found = await ask("data", "data_etag");
  } catch {
    return connectionIs("offline");
  }
  if (found.status) {
    const turnedAway = [401, 403].includes(found.status) || found.type === "opaqueredirect";
    return connectionIs(turnedAway ? "sign-in" : "offline");
  }
  if (found.body && found.body.user !== user) return anotherIsHere();
  if (found.body && !known.data) {
    // On a first visit it is shown before it is kept.
    known.data = found.body;
    known.fetchedAt = asked;
    announce("first");
  }
  await keep("data", found, asked);
  connectionIs("online");
  announce(found.body ? "all" : "fetched");
  // The list to search in is long and seldom another one: after what the first page shows.
  const dealers = await ask("dealers", "dealers_etag").catch(() => ({}));
  if (dealers.body) {
    await keep("dealers", { ...dealers, body: dealers.body.dealers });
    announce("dealers");
  }
  bringing ||= fetchBriefs().catch(() => {}).finally(() => (bringing = null));
}

let bringing = null;

async function fetchBriefs() {
  const db = await database();
  if (Date.now() - ((await db.get("kept", "briefs_at")) || 0) < BRIEFS_MS) return;
  const found = await ask("briefs", "briefs_etag");
  if (found.status || (found.body && found.body.user !== user)) return;
  const transaction = db.transaction("kept", "readwrite");
  if (found.body) {
    await transaction.store.put(found.body.briefs, "briefs");
    if (found.etag) await transaction.store.put(found.etag, "briefs_etag");
  }
  await transaction.store.put(Date.now(), "briefs_at");
  await transaction.done;
}

/** What to know of a dealer who is no stop: the server's word while there is a signal, else what lies here; never null. */
export async function briefOf(id) {
  if (known.connection === "online") {
    const told = await oneBrief(id).catch(() => null);
    if (told) return told;
  }
  return (await (await database()).get("kept", "briefs"))?.[id] || {};
}

async function oneBrief(id) {
  const answer = await fetch(`${urls.briefs}?dealer=${id}`, {
    credentials: "same-origin", cache: "no-store", redirect: "manual", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ONE_BRIEF_MS),
  });
  const body = answer.status === 200 ? await answer.json() : null;
  return body?.user === user ? body.briefs[id] : null;
}

/** Keep an answer of the server. What was sent before it was asked for stands in it. */
async function keep(name, { body, etag }, asked = 0) {
  const transaction = (await database()).transaction(["kept", "answers"], "readwrite");
  const kept = transaction.objectStore("kept");
  if (body) {
    await kept.put(body, name);
    if (etag) await kept.put(etag, `${name}_etag`);
  }
  if (asked) {
    await kept.put(Date.now(), "fetched_at");
    const answers = transaction.objectStore("answers");
    for (const answer of await answers.getAll()) if (answer.at < asked) await answers.delete(answer.key);
  }
  await transaction.done;
  await readData();
}

/** Change the kept data as the server will when it hears of it. */
export async function editData(edit) {
  const transaction = (await database()).transaction("kept", "readwrite");
  const data = await transaction.store.get("data");
  if (data) {
    edit(data);
    await transaction.store.put(data, "data");
  }
  await transaction.done;
  await readData();
  tell(user, "data");
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
  const waiting = entryAbout(stop.key);
  if (waiting) return { state: waiting.gist.state, waiting };
  const draft = known.drafts.find((each) => each.key === stop.key);
  if (draft?.started_at) return { state: "UNDER_WAY", draft };
  return { state: stop.state, draft };
}

/** These entries of the outbox have changed: show it, tell the other pages, have it sent even when the page is closed. */
export async function queued(...seqs) {
  await catchUp(seqs);
  tell(user, { seqs });
  announce("queued");
  navigator.storage?.persist?.().catch(() => {});
  navigator.serviceWorker?.ready.then((registration) => registration.sync?.register("outbox")).catch(() => {});
  void reach();
}

/** Hand in a message about something other than a visit; `edit` changes the kept data as the server will. */
export function handIn(kind, data, title, { edit = null, ...more } = {}) {
  return writing(async () => {
    const seq = await enqueue(user, kind, data, title, more);
    if (edit) await editData(edit);
    await queued(seq);
  });
}

let leaving = false;

export async function leaveDevice() {
  leaving = true;
  await forget(user);
  tell(user, "left");
}


