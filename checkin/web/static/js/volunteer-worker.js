// Keeps how pages look, and one page that says that there is no connection. No page of anybody is kept.
// NAME and FILES stand above: they change whenever anything here does.
"use strict";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(FILES.map((path) => new Request(path, { credentials: "omit" })))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.mode === "navigate") {
    // What was sent goes back to where it was written; what was to be read is tried again where it is.
    const offline = FILES[FILES.length - 1];
    const says = () => (event.request.method === "POST" && path !== offline
      ? Response.redirect(offline, 303) : caches.match(offline));
    event.respondWith(fetch(event.request).catch(says));
  } else if (event.request.method === "GET" && path.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});
