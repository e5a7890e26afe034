// Keeps the pages for times without a signal, and sends what waits when the signal is back. What it keeps, and under which
// version, stands in front of this text (visits.worker). Nothing personal is kept here: data lie in the user's database.
import { flush } from "./outbox.js";
import { lastUser } from "./store.js";

const { version, shell, files, ping, outbox, photo } = self.PHONE;
const PREFIX = "phone-";
const KEPT = `${PREFIX}${version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      await (await caches.open(KEPT)).addAll(files);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([refresh(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname === shell) event.respondWith(page(event));
  } else if (!url.pathname.startsWith(shell)) {
    event.respondWith(kept(url.pathname).then((found) => found || fetch(request)));
  }
});

/** From this version's cache, else from an older one: a page that was kept goes on with the files that it names. */
const kept = async (path) => (await (await caches.open(KEPT)).match(path)) || caches.match(path);

/** The page that was kept, at once, while it is fetched for the next time; the server's where none is kept. */
async function page(event) {
  const there = await kept(shell);
  if (!there) return fetch(event.request);
  event.waitUntil(refresh());
  return there;
}

/**
 * Keep the page as the server has it now, never a redirect to the sign-in and never an error. A page that is shown hears
 * when it has become another one: another user's, in another language, or newer.
 */
async function refresh() {
  const answer = await fetch(shell, { credentials: "same-origin", redirect: "manual", cache: "no-store" }).catch(() => null);
  if (!answer?.ok || answer.type !== "basic") return;
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  // The text is unpacked by now; and only a first visit fetches data before anybody asks.
  for (const name of ["Content-Encoding", "Content-Length", "Link"]) headers.delete(name);
  const before = await kept(shell);
  await (await caches.open(KEPT)).put(shell, new Response(text, { headers }));
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== KEPT) await caches.delete(name);
  if (!before || (await before.text()) === text) return;
  for (const client of await self.clients.matchAll()) client.postMessage("another-page");
}

self.addEventListener("message", (event) => {
  // Who signs out, or finds somebody else signed in, has the page forgotten.
  if (event.data === "forget") event.waitUntil(forget());
  if (event.data === "keep") event.waitUntil(refresh());
});

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await (await caches.open(name)).delete(shell);
}

self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(
    (async () => {
      const user = await lastUser();
      if (!user) return;
      const { state } = await flush(user, { ping, outbox, photo });
      // An error makes the browser try again, by its own pace.
      if (state === "offline" || state === "later") throw new Error(state);
    })(),
  );
});

// A notice of the server. What it may say on a lock screen the server has decided (accounts.notices.push).
self.addEventListener("push", (event) => {
  const said = event.data?.json();
  if (!said) return;
  event.waitUntil(
    self.registration.showNotification(said.title, {
      body: said.body,
      tag: said.tag,
      lang: said.language,
      requireInteraction: Boolean(said.urgent),
      icon: said.icon,
      data: { url: said.url },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(new URL(event.notification.data.url, self.location.origin)));
});
