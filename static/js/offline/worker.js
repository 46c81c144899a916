// Keeps the page that checks paper on the device. VERSION and FILES are written above by the portal.
const mine = (key) => key.startsWith("shubbak-page-");
self.addEventListener("install", (event) => {
  const kept = async () => {
    const store = await caches.open(VERSION);
    // The page itself is fetched anew; a file that has its hash in its address is the one that came with it a moment ago.
    const asked = (url) => new Request(url, url.startsWith("/static/") ? {} : { cache: "reload", credentials: "omit" });
    await store.addAll(FILES.map(asked));
    await self.skipWaiting();
  };
  event.waitUntil(kept());
});
self.addEventListener("activate", (event) => {
  const cleared = async () => {
    // Another language has a page of its own, kept under its own name.
    const old = (await caches.keys()).filter((key) => mine(key) && key.startsWith(PREFIX) && key !== VERSION);
    await Promise.all(old.map((key) => caches.delete(key)));
    await self.clients.claim();
  };
  event.waitUntil(cleared());
});
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !FILES.includes(pathname)) return;
  event.respondWith(caches.match(pathname, { cacheName: VERSION }).then((held) => held ?? fetch(event.request)));
});
