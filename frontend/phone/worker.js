// Keeps the pages for times without a signal, and sends what waits when the signal is back. What it keeps, and under which
// version, stands in front of this text (visits.worker). Nothing personal is kept here: data lie in the user's database.
import { flush } from "./outbox.js";
import { lastUser } from "./store.js";

const { version, shell, files, ping, outbox, photo } = self.PHONE;
const KEPT = `phone-${version}`;
const NAVIGATION_MS = 4_000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (!name.startsWith("phone-") || name === KEPT) continue;
        // The page itself goes on to the new version until it is fetched anew.
        const old = await (await caches.open(name)).match(shell);
        if (old) await (await caches.open(KEPT)).put(shell, old);
        await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === shell) event.respondWith(page(event));
  } else if (files.includes(url.pathname)) {
    event.respondWith(caches.open(KEPT).then(async (cache) => (await cache.match(url.pathname)) || fetch(request)));
  }
});

/** The page from the server when it answers soon, else the one that was kept. */
async function page(event) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(shell);
  const asked = fetch(event.request).then(async (answer) => {
    // Never a redirect to the sign-in, never an error.
    if (answer.ok && answer.type === "basic" && !answer.redirected) await cache.put(shell, answer.clone());
    return answer;
  });
  if (!kept) return asked;
  event.waitUntil(asked.catch(() => null));
  const late = new Promise((done) => setTimeout(done, NAVIGATION_MS, null));
  const answer = await Promise.race([asked.catch(() => null), late]);
  return answer && answer.status < 500 ? answer : kept;
}

self.addEventListener("message", (event) => {
  // Who signs out, or finds somebody else signed in, has the page forgotten.
  if (event.data === "forget") event.waitUntil(caches.open(KEPT).then((cache) => cache.delete(shell)));
  if (event.data === "keep") {
    event.waitUntil(
      (async () => {
        const answer = await fetch(shell, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
        if (answer?.ok && answer.type === "basic") await (await caches.open(KEPT)).put(shell, answer);
      })(),
    );
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(
    (async () => {
      const user = await lastUser();
      if (!user) return;
      const state = await flush(user, { ping, outbox, photo });
      // An error makes the browser try again, by its own pace.
      if (state === "offline" || state === "later") throw new Error(state);
    })(),
  );
});
