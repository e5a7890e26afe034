// Messages that wait to be sent. Nothing leaves the outbox but by an answer of the server: a lost answer means the same
// message again under the same key, a refusal means that somebody looks at it. Runs in pages and in the worker.
import { store } from "./store.js";

const TIMEOUT_MS = { outbox: 30_000, photo: 90_000 };
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;

export const channelName = (user) => `phone-${user}`;

/** Tell every page of the user that something here has changed. */
export function tell(user, news) {
  const channel = new BroadcastChannel(channelName(user));
  channel.postMessage(news);
  channel.close();
}

export const messageText = ({ key, kind, user, happened_at, data }) => JSON.stringify({ key, kind, user, happened_at, data });

/** An entry for something other than a visit (a consent, a task, the day). */
export async function enqueue(user, kind, data, title, visit = "") {
  const db = await store(user);
  const key = crypto.randomUUID();
  const body = messageText({ key, kind, user, happened_at: new Date().toISOString(), data });
  await db.add("outbox", entryOf({ key, kind, body, title, visit }));
  tell(user, "outbox");
}

export function entryOf({ key, kind, body = "", title, visit = "", draft = null, photo = null, blob = null }) {
  return {
    key, kind, body, title, visit, draft, photo, blob,
    state: "waiting", error: null, tries: 0, next_at: 0, written_at: Date.now(),
  };
}

export async function entries(user) {
  return (await store(user)).getAll("outbox");
}

/** How long to wait before the next try: doubling, and never all phones at the same moment. */
export function wait(tries, random = Math.random) {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 12)) * (0.5 + random());
}

/**
 * Send what waits. One at a time on this device, in whatever tab or worker; a second caller is told "busy".
 * Answers "done" (nothing waits), "later" (some wait for their time), "offline", "sign-in", "other-user" or "busy".
 */
export function flush(user, urls, { now = false } = {}) {
  return navigator.locks.request(`phone-outbox-${user}`, { ifAvailable: true }, (lock) =>
    lock ? sendAll(user, urls, now) : "busy",
  );
}

async function sendAll(user, urls, now) {
  const db = await store(user);
  let csrf = "";
  let changed = false;
  const blocked = new Set();
  try {
    // Written while others are sent: looked for anew each time.
    for (let after = 0; ; ) {
      const range = IDBKeyRange.lowerBound(after, true);
      const entry = (await db.getAll("outbox", range, 1))[0];
      if (!entry) break;
      after = entry.seq;
      const waits = entry.state !== "waiting" || (!now && entry.next_at > Date.now());
      if (waits || blocked.has(entry.visit)) {
        // Its photos follow the visit.
        if (entry.kind === "visit") blocked.add(entry.visit);
        continue;
      }
      if (!csrf) {
        const met = await ping(user, urls.ping);
        if (!met.csrf) return met.state;
        csrf = met.csrf;
      }
      const answer = await send(entry, urls, csrf);
      if (answer.state === "sign-in" || answer.state === "other-user") return answer.state;
      changed = true;
      if (answer.state === "sent") {
        await sent(db, entry, answer.body);
        continue;
      }
      if (entry.kind === "visit") blocked.add(entry.visit);
      if (answer.state === "refused") {
        await put(db, { ...entry, state: "attention", error: answer.body });
        continue;
      }
      await put(db, { ...entry, tries: entry.tries + 1, next_at: Date.now() + wait(entry.tries) });
      if (answer.state === "offline") return "offline";
      // The token may have been the reason: a new one for the next.
      csrf = "";
    }
  } finally {
    if (changed) tell(user, "outbox");
  }
  const left = await db.getAll("outbox");
  return left.some((entry) => entry.state === "waiting") ? "later" : "done";
}

/** Only while it is still there: it may have been taken back to be corrected. */
async function put(db, entry) {
  const transaction = db.transaction("outbox", "readwrite");
  if (await transaction.store.get(entry.seq)) await transaction.store.put(entry);
  await transaction.done;
}

/** Take it out, and keep what the server made of a visit until its data come anew. */
async function sent(db, entry, answer) {
  const transaction = db.transaction(["outbox", "kept"], "readwrite");
  await transaction.objectStore("outbox").delete(entry.seq);
  if (entry.kind === "visit") {
    const kept = transaction.objectStore("kept");
    const data = await kept.get("data");
    const stop = data?.stops.find((each) => each.key === answer.visit);
    if (stop) {
      Object.assign(stop, { state: answer.state, version: answer.version, base: answer.base });
      await kept.put(data, "data");
    }
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

async function send(entry, urls, csrf) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf };
  let body = entry.body;
  let path = "outbox";
  if (entry.kind === "photo") {
    path = "photo";
    body = new FormData();
    for (const [name, value] of Object.entries(entry.photo)) body.append(name, value);
    body.append("file", entry.blob, "photo.jpg");
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
