// What lies on this device: one database a user, so that nobody sees another's; kept data, drafts, photos, the outbox.
import { openDB } from "idb";

export const PREFIX = "dealer-crm-";
const SHARED = `${PREFIX}device`;

const VERSION = 2;

const opened = new Map();

async function upgrade(db, before, _now, transaction) {
  if (before < 1) {
    // Answers of the server by name.
    db.createObjectStore("kept");
    // A visit while it is written, by the visit's key.
    db.createObjectStore("drafts", { keyPath: "key" });
    // Pictures of drafts, by their own key.
    db.createObjectStore("photos", { keyPath: "key" }).createIndex("visit", "visit");
  }
  if (before < 2) {
    const waiting = before < 1 ? [] : await transaction.objectStore("outbox").getAll();
    if (before >= 1) db.deleteObjectStore("outbox");
    // What is to be sent, in the order in which it was written: as much as a list shows of it.
    const outbox = db.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
    outbox.createIndex("key", "key", { unique: true });
    outbox.createIndex("about", "about");
    // Its text, draft or picture, read when it is sent or taken back: hundreds of them would make every page slow.
    const payloads = db.createObjectStore("payloads", { keyPath: "seq" });
    // What the server made of messages since its data came, by what they were about.
    db.createObjectStore("answers", { keyPath: "key" });
    for (const { visit, body, draft, photo, blob, ...head } of waiting) {
      const gist = head.kind === "visit" ? { state: JSON.parse(body).data.state } : null;
      await outbox.put({ ...head, about: visit, gist });
      await payloads.put({ seq: head.seq, body, draft, photo, blob });
    }
  }
}

export function store(user) {
  if (!opened.has(user)) {
    const opening = openDB(`${PREFIX}${user}`, VERSION, {
      upgrade,
      blocking() {
        // Another tab wants to change or delete it.
        opened.get(user)?.then((db) => db.close());
        opened.delete(user);
      },
      terminated() {
        opened.delete(user);
      },
    });
    opening.catch(() => opened.delete(user));
    opened.set(user, opening);
  }
  return opened.get(user);
}

/** Who used the pages last: the worker wakes up without a page to ask. */
export async function lastUser() {
  const db = await device();
  const user = await db.get("kept", "user");
  db.close();
  return user;
}

export async function rememberUser(user) {
  const db = await device();
  await db.put("kept", user, "user");
  db.close();
}

function device() {
  return openDB(SHARED, 1, { upgrade: (db) => void db.createObjectStore("kept") });
}

/** Whether somebody else's messages still wait on this device. */
export async function othersWait(user) {
  if (!indexedDB.databases) return true;
  for (const { name } of await indexedDB.databases()) {
    const other = name?.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
    if (!/^\d+$/.test(other) || other === String(user)) continue;
    const db = await store(Number(other));
    const waiting = (await db.count("outbox")) + (await db.count("drafts"));
    db.close();
    opened.delete(Number(other));
    if (waiting) return true;
  }
  return false;
}

/** Delete all that lies here of a user. */
export async function forget(user) {
  const db = await opened.get(user);
  db?.close();
  opened.delete(user);
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(`${PREFIX}${user}`);
    request.onsuccess = request.onerror = request.onblocked = done;
  });
}
