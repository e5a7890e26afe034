// A visit while it is written: saved on this phone at every change, and turned into one message at the end.
import { LIES_IN, add, messageText, remove } from "./outbox.js";
import { database, queued, readDrafts, user, writing } from "./state.js";

const PAUSE_MS = 150;
/** Lists of a draft that travel as they are. */
export const LISTS = ["findings", "commitments", "advice", "collections", "tasks"];

export class ChangedElsewhere extends Error {}

/** A new draft of a stop of the plan, or of a dealer off plan. */
export function draftOf(stop) {
  return {
    key: stop.key, rev: 0, saved_at: 0, stop, version: stop.version ?? null, on: stop.on, base: stop.base || {}, fields: {},
    started_at: null, ended_at: null, fix: null, away_because: "", stock: {}, all_counted: false, time: {}, photos: [],
    ...Object.fromEntries(LISTS.map((name) => [name, []])),
  };
}

export async function readDraft(key) {
  return (await database()).get("drafts", key);
}

/** What a field shows: what was written here, else what the server told. */
export const value = (draft, name) => (name in draft.fields ? draft.fields[name] : draft.base[name]);

/** Keeps a draft while it is written. `saved(draft)` after each time, `failed(error)` when it could not be kept. */
export class Keeper {
  constructor(draft, { saved, failed }) {
    this.draft = draft;
    this.saved = saved;
    this.failed = failed;
    this.timer = null;
    this.writing = Promise.resolve();
    // The last chance before the browser may end the tab.
    this.hide = () => document.visibilityState === "hidden" && this.now();
    document.addEventListener("visibilitychange", this.hide);
    addEventListener("pagehide", this.hide);
  }

  change(edit) {
    edit(this.draft);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  set(name, value) {
    this.change((draft) => (draft.fields[name] = value));
  }

  now() {
    clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async write() {
    if (this.closed) return;
    try {
      const db = await database();
      const transaction = db.transaction("drafts", "readwrite");
      const there = await transaction.store.get(this.draft.key);
      if (there ? there.rev !== this.draft.rev : this.draft.rev > 0) {
        // Another tab has written on, or has sent it.
        transaction.abort();
        await transaction.done.catch(() => {});
        throw new ChangedElsewhere();
      }
      this.draft.rev += 1;
      this.draft.saved_at = Date.now();
      await transaction.store.put(this.draft);
      await transaction.done;
      this.saved(this.draft);
    } catch (error) {
      this.failed(error);
    }
  }

  async close() {
    if (this.timer) await this.now();
    await this.writing;
    this.closed = true;
    document.removeEventListener("visibilitychange", this.hide);
    removeEventListener("pagehide", this.hide);
  }
}

const nonEmpty = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The message of a draft: only what was changed here travels, with what it was before. */
export function messageOf(draft, state) {
  const fields = nonEmpty(draft.fields);
  // Objective and purpose may stand as the plan has them; then they need not travel.
  return {
    key: draft.key, dealer: draft.stop.dealer.id, state, version: draft.version, on: draft.on, fields,
    base: Object.fromEntries(Object.keys(fields).map((name) => [name, draft.base[name] ?? null])),
    started_at: draft.started_at, ended_at: draft.ended_at, fix: draft.fix, away_because: draft.away_because,
    skip_reason: draft.skip_reason || "", skip_note: draft.skip_note || "",
    ...Object.fromEntries(LISTS.map((name) => [name, draft[name].map(({ photo: _photo, ...row }) => row)])),
    stock: Object.values(draft.stock).filter((row) => row.quantity !== "" && row.quantity !== null && row.quantity !== undefined),
    all_counted: draft.all_counted,
    // Begun before forms had versions: the server tells by the day.
    ...(draft.form ? { form: draft.form.version } : {}),
    time: Object.values(draft.time).filter((row) => Number(row.minutes) > 0),
    steps: Object.values(draft.steps || {}), settled: Object.values(draft.settled || {}),
    advised: Object.values(draft.advised || {}).filter((row) => row.result),
  };
}

/**
 * Turn the draft into a message of the outbox with its photos, all or nothing: a killed tab leaves either the draft or the
 * message. Answers false when the draft is gone, because another tab has sent it.
 */
export function finish(draft, state) {
  return writing(() => finishNow(draft, state));
}

async function finishNow(draft, state) {
  const db = await database();
  const key = crypto.randomUUID();
  const data = messageOf(draft, state);
  const body = messageText({ key, kind: "visit", user, happened_at: new Date().toISOString(), data });
  const title = draft.stop.dealer.name;
  const transaction = db.transaction(["drafts", "photos", ...LIES_IN], "readwrite");
  const drafts = transaction.objectStore("drafts");
  if (!(await drafts.get(draft.key))) {
    await transaction.done;
    return false;
  }
  const seqs = [await add(transaction, { key, kind: "visit", body, title, about: draft.key, gist: gistOf(data, draft), draft })];
  const photos = transaction.objectStore("photos");
  for (const { key: photoKey, section, caption, taken_at } of draft.photos) {
    const kept = await photos.get(photoKey);
    if (!kept) continue;
    const photo = { key: photoKey, visit: draft.key, section, caption: caption || "", taken_at, user };
    seqs.push(await add(transaction, { key: photoKey, kind: "photo", title, about: draft.key, photo, blob: kept.blob }));
    await photos.delete(photoKey);
  }
  await drafts.delete(draft.key);
  await transaction.done;
  await queued(...seqs);
  await readDrafts();
  return true;
}

/** What the pages show of a visit that waits: how it ended, and when and for what its time was spent. */
const gistOf = ({ state, started_at, ended_at, time }, draft) => ({
  state, started_at, ended_at, time: time.map(({ category, minutes }) => [category, Number(minutes)]), purpose: value(draft, "purpose"),
});

/** Throw a draft away with its photos. */
export async function discard(draft) {
  const db = await database();
  const transaction = db.transaction(["drafts", "photos"], "readwrite");
  await transaction.objectStore("drafts").delete(draft.key);
  const photos = transaction.objectStore("photos");
  for (const key of await photos.index("visit").getAllKeys(draft.key)) await photos.delete(key);
  await transaction.done;
}

/** Take a refused visit back to be corrected: the message becomes a draft again, its photos stay behind it in the outbox. */
export function takeBack(entry, edit = () => {}) {
  return writing(() => takeBackNow(entry, edit));
}

async function takeBackNow(entry, edit) {
  const db = await database();
  const transaction = db.transaction(["drafts", ...LIES_IN], "readwrite");
  const there = await transaction.objectStore("outbox").get(entry.seq);
  if (!there || there.state !== "attention") {
    await transaction.done;
    return null;
  }
  const { draft: written } = await transaction.objectStore("payloads").get(entry.seq);
  // Until it is ended again it is told that this one is not sent.
  const draft = { ...written, rev: written.rev + 1, photos: [], returned: true };
  edit(draft);
  await transaction.objectStore("drafts").put(draft);
  await remove(transaction, there.seq);
  await transaction.done;
  await readDrafts();
  await queued(there.seq);
  return draft;
}

/** The same visit under a key of its own, for one that now belongs to somebody else; its waiting photos follow. */
export async function copyAsOwn(entry) {
  const key = crypto.randomUUID();
  const db = await database();
  const transaction = db.transaction(LIES_IN, "readwrite");
  const [heads, payloads] = LIES_IN.map((name) => transaction.objectStore(name));
  for (const head of await heads.index("about").getAll(entry.about)) {
    if (head.kind !== "photo") continue;
    const payload = await payloads.get(head.seq);
    await heads.put({ ...head, about: key, state: "waiting", error: null });
    await payloads.put({ ...payload, photo: { ...payload.photo, visit: key } });
  }
  await transaction.done;
  return takeBack(entry, (draft) => {
    const told = { ...draft.base, ...draft.fields };
    Object.assign(draft, { key, version: null, base: {}, fields: told, stop: { ...draft.stop, key, version: null, base: {} } });
    // Rows get keys of their own, since the old ones may have arrived with the old visit.
    const rows = [...LISTS.flatMap((name) => draft[name]), ...Object.values(draft.stock), ...Object.values(draft.time)];
    const renamed = new Map(rows.map((row) => [row.key, crypto.randomUUID()]));
    for (const row of rows) {
      row.key = renamed.get(row.key);
      if (row.for) row.for = renamed.get(row.for) || "";
    }
  });
}

/** Say which of two values stands, then send again: the other one is what it was before. */
export function settle(draft, error, chosen) {
  for (const [name, pair] of Object.entries(error.fields)) {
    if (chosen[name] === "theirs") draft.fields[name] = pair.theirs ?? "";
  }
  draft.base = error.base;
  draft.version = error.version;
}
