// Messages that wait to be sent. Nothing leaves the outbox but by an answer of the server: a lost answer means the same
// message again under the same key, a refusal means that somebody looks at it. Runs in pages and in the worker.
import { store } from "./store.js";

const TIMEOUT_MS = { outbox: 30_000, photo: 90_000 };
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const BATCH = 100;
// So many in a row that the server could not take: the others would fare no better now.
const ENOUGH_FAILURES = 3;

/** The stores in which a message lies. */
export const LIES_IN = ["outbox", "payloads"];

export const channelName = (user) => `phone-${user}`;

/** Tell every page of the user what has changed: `{ seqs }` of the outbox, "data", or "left". */
export function tell(user, news) {
  const channel = new BroadcastChannel(channelName(user));
  channel.postMessage(news);
  channel.close();
}

export const messageText = ({ key, kind, user, happened_at, data }) => JSON.stringify({ key, kind, user, happened_at, data });

/** Put an entry in; its number. `about` is the key of the visit, task or expense, `gist` what pages show of it meanwhile. */
export async function add(transaction, { key, kind, title, about = "", gist = null, body = "", draft = null, photo = null, blob = null }) {
  const seq = await transaction.objectStore("outbox").add({
    key, kind, title, about, gist, state: "waiting", error: null, tries: 0, next_at: 0, written_at: Date.now(),
  });
  await transaction.objectStore("payloads").add({ seq, body, draft, photo, blob });
  return seq;
}

export async function remove(transaction, seq) {
  await transaction.objectStore("outbox").delete(seq);
  await transaction.objectStore("payloads").delete(seq);
}

/** Put in a message about something other than a visit (a consent, a task, the day, an expense); its number. */
export async function enqueue(user, kind, data, title, { about = "", gist = null, transaction = null } = {}) {
  const key = crypto.randomUUID();
  const body = messageText({ key, kind, user, happened_at: new Date().toISOString(), data });
  const within = transaction || (await store(user)).transaction(LIES_IN, "readwrite");
  const seq = await add(within, { key, kind, body, title, about, gist });
  if (!transaction) await within.done;
  return seq;
}

/** How long to wait before the next try: doubling, and never all phones at the same moment. */
export function wait(tries, random = Math.random) {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 12)) * (0.5 + random());
}

/**
 * Send what waits. One at a time on this device, in whatever tab or worker; a second caller is told "busy".
 * `state` is "done" (nothing waits), "later" (some wait for their time), "offline", "sign-in", "other-user" or "busy"; `met`
 * whether the server was reached, `sent` how many it took.
 */
export function flush(user, urls, { now = false } = {}) {
  return navigator.locks.request(`phone-outbox-${user}`, { ifAvailable: true }, (lock) =>
    lock ? sendAll(user, urls, now) : { state: "busy", met: false, sent: 0 },
  );
}

async function sendAll(user, urls, now) {
  const db = await store(user);
  const result = { state: "done", met: false, sent: 0 };
  const blocked = new Set();
  let csrf = "";
  let failures = 0;
  for await (const head of inOrder(db)) {
    const waits = head.state !== "waiting" || (!now && head.next_at > Date.now());
    const goes = !waits && !blocked.has(head.about) && failures < ENOUGH_FAILURES && (await payload(db, head.seq));
    if (!goes) {
      if (head.state === "waiting") result.state = "later";
      // What follows about the same, its photos too, follows it.
      if (head.about && head.kind !== "photo") blocked.add(head.about);
      continue;
    }
    if (!csrf) {
      const met = await ping(user, urls.ping);
      if (!met.csrf) return { ...result, state: met.state };
      result.met = true;
      csrf = met.csrf;
    }
    const answer = await send(head, goes, urls, csrf);
    if (["sign-in", "other-user"].includes(answer.state)) return { ...result, state: answer.state };
    if (answer.state === "sent") {
      failures = 0;
      result.sent += 1;
      await sent(db, head, answer.body);
    } else {
      if (head.about && head.kind !== "photo") blocked.add(head.about);
      const refused = answer.state === "refused";
      await change(db, head.seq, refused ? { state: "attention", error: answer.body } : { tries: head.tries + 1, next_at: Date.now() + wait(head.tries) });
      if (!refused) {
        failures += 1;
        result.state = "later";
        // The token may have been the reason: a new one for the next.
        csrf = "";
      }
    }
    tell(user, { seqs: [head.seq] });
    if (answer.state === "offline") return { ...result, state: "offline" };
  }
  return result;
}

/** The entries as they were written, those too that are written meanwhile. */
async function* inOrder(db) {
  for (let after = 0; ; ) {
    const heads = await db.getAll("outbox", IDBKeyRange.lowerBound(after, true), BATCH);
    if (!heads.length) return;
    yield* heads;
    after = heads.at(-1).seq;
  }
}

/** What is to be sent of an entry; nothing when it was taken back since the list was read. */
const payload = (db, seq) => db.get("payloads", seq);

/** Only while it is still there: it may have been taken back to be corrected. */
async function change(db, seq, changes) {
  const transaction = db.transaction("outbox", "readwrite");
  const there = await transaction.store.get(seq);
  if (there) await transaction.store.put({ ...there, ...changes });
  await transaction.done;
}

/** Take it out, and keep what became of it until the server's data come anew. */
async function sent(db, entry, answer) {
  const transaction = db.transaction([...LIES_IN, "answers"], "readwrite");
  await remove(transaction, entry.seq);
  const { kind, about, gist } = entry;
  if (about && gist) {
    const made = kind === "visit" ? { state: answer.state, version: answer.version, base: answer.base } : {};
    await transaction.objectStore("answers").put({ key: kind === "visit" ? answer.visit : about, kind, gist, made, at: Date.now() });
  }
  await transaction.done;
}

async function timed(url, options, ms) {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), ms);
  try {
    const response = await fetch(url, {
      credentials: "same-origin", cache: "no-store", redirect: "manual", signal: given.signal, ...options,
    });
    // The body too: an answer that breaks off is no answer.
    return { status: response.status, type: response.type, body: await json(response) };
  } catch {
    return { status: 0, type: "error", body: null };
  } finally {
    clearTimeout(timer);
  }
}

async function json(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
/** Whether the server answers, and to whom. */
export async function ping(user, url) {
  const answer = await timed(url, { headers: { Accept: "application/json" } }, 10_000);
  if (answer.status === 200 && answer.body?.csrf) {
    return answer.body.user === user ? { state: "online", csrf: answer.body.csrf } : { state: "other-user" };
  }
  if ([401, 403].includes(answer.status) || answer.type === "opaqueredirect") return { state: "sign-in" };
  return { state: "offline" };
}

async function send({ kind }, { body: text, photo, blob }, urls, csrf) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf };
  let body = text;
  let path = "outbox";
  if (kind === "photo") {
    path = "photo";
    body = new FormData();
    for (const [name, value] of Object.entries(photo)) body.append(name, value);
    body.append("file", blob, "photo.jpg");
  } else {
    headers["Content-Type"] = "application/json";
  }
  const answer = await timed(urls[path], { method: "POST", headers, body }, TIMEOUT_MS[path]);
  const { status } = answer;
  if (status === 0) return { state: "offline" };
  if (status === 200 && answer.body) return { state: "sent", body: answer.body };
  if (status === 401 || answer.type === "opaqueredirect") return { state: "sign-in" };
  if (answer.body?.code === "other_user") return { state: "other-user" };
  // An answer that is not ours (a token that is too old, a proxy, a portal of a hotel) says nothing about the message.
  const ours = Boolean(answer.body?.code);
  if (status >= 400 && status < 500 && ours && ![408, 425, 429].includes(status)) {
    return { state: "refused", body: { status, ...answer.body } };
  }
  return { state: "again" };
}
