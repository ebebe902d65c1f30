// Keeps the plan and the live page of coming talks, so that they open without a connection (ADR 30).
//
// Only what /conversations/offline/ names is kept, and only an answer that says whose it is (X-Offline-Owner); it lies
// in a cache of that person's number beside the scripts and sheets that it needs. Another person's cache is emptied
// when this one is written, and base.js empties all of them as soon as a page is not that person's. Everything that is
// written goes to the server by the page itself (live-queue.js, autosave.js): no post passes here.
"use strict";
const CACHE = "rapport-offline-", LIST = "/conversations/offline/", STATIC = "/static/";
const PAGE = /^\/conversations\/\d+\/(live|prepare)\/$/, PART = /^(\/static\/|\/house\.css|\/manifest\.webmanifest)/;
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;
const PATIENCE = 4000;  // then the kept page is better than a white one
let era = 0;            // counts up when everything is emptied: what is still on its way is not kept then

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "empty") event.waitUntil(empty());
  if (event.data === "keep") event.waitUntil(keepAll().then((count) => event.ports[0]?.postMessage(count)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(page(event, url));
  else if (PART.test(url.pathname)) event.respondWith(part(request, url));
});

// --- answering --------------------------------------------------------------------------------------------------------

async function page(event, url) {
  const fresh = fetch(event.request), began = era;
  event.waitUntil(fresh.then((answer) => note(url, answer.clone(), began)).catch(() => {}));
  const late = new Promise((enough) => setTimeout(enough, PATIENCE));
  const answer = await Promise.race([fresh, late]).catch(() => undefined);
  if (answer && answer.status < 500) return answer;
  return await caches.match(url.pathname, { ignoreVary: true }) || fresh;
}

async function part(request, url) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept && NAMED_BY_CONTENT.test(url.pathname)) return kept;
  return fetch(request).catch((problem) => { if (kept) return kept; throw problem; });
}

// --- keeping ----------------------------------------------------------------------------------------------------------

// A page came from the server: keep it, or take out what was kept of it. One that led to the sign-in takes out all.
async function note(url, answer, began) {
  if (answer.type === "opaqueredirect" || answer.redirected) return empty();
  const owner = answer.headers.get("X-Offline-Owner");
  if (answer.ok && owner && !url.search) return keep(url.pathname, answer, owner, began);
  if (answer.ok && owner) return empty(owner);
  if (answer.status < 500) for (const name of await ours()) await (await caches.open(name)).delete(url.pathname);
}

async function keep(path, answer, owner, began) {
  const text = await answer.text(), headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  await empty(owner);
  const cache = await caches.open(CACHE + owner);
  await keepParts(cache, partsOf(text));
  if (began !== era) return;
  await cache.put(path, new Response(text.replace("<main ", `<main data-kept="${Date.now()}" `), { headers }));
}

function partsOf(html) {
  const found = [...html.matchAll(/(?:href|src)="([^"#]+)/g)].map((match) => match[1].replaceAll("&amp;", "&"));
  return [...new Set(found.filter((path) => PART.test(path)))];
}

async function keepParts(cache, paths) {
  for (const path of paths) {
    if (NAMED_BY_CONTENT.test(path) && await cache.match(path)) continue;
    const answer = await fetch(path).catch(() => null);
    if (!answer?.ok) continue;
    await cache.put(path, answer.clone());
    if (path.split("?")[0].endsWith(".css") && path.startsWith(STATIC)) await keepParts(cache, await facesOf(path, answer));
  }
}

async function facesOf(path, sheet) {
  const found = [...(await sheet.text()).matchAll(/url\(["']?([^"')#]+)/g)].map((match) => match[1]);
  const paths = found.filter((each) => !each.startsWith("data:")).map((each) => new URL(each, new URL(path, self.location)).pathname);
  return [...new Set(paths.filter((each) => each.startsWith(STATIC) && !each.endsWith(".css")))];
}

// Returns how many pages are kept. Where the server knows nobody any more, none.
async function keepAll() {
  const began = era, answer = await fetch(LIST, { redirect: "manual" }).catch(() => null);
  if (!answer) return 0;
  if (!answer.ok) { if (answer.status < 500) await empty(); return 0; }
  const { owner, pages } = await answer.json();
  await empty(owner);
  let count = 0;
  for (const path of pages) {
    const made = await fetch(path, { redirect: "manual" }).catch(() => null);
    if (!made || began !== era) return count;
    await note(new URL(path, self.location), made, began);
    count += 1;
  }
  if (began === era) await sweep(owner, pages);
  return count;
}

// Take out what no coming talk needs any more.
async function sweep(owner, pages) {
  if (!pages.length) return empty();
  const cache = await caches.open(CACHE + owner), wanted = new Set(pages);
  for (const path of pages) if (path.endsWith("/live/")) wanted.add(`${path}state/`);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/conversations/") && !wanted.has(pathname)) await cache.delete(request);
  }
}

const ours = async () => (await caches.keys()).filter((name) => name.startsWith(CACHE));

async function empty(except) {
  if (!except) era += 1;
  for (const name of await ours()) if (!except || name !== CACHE + except) await caches.delete(name);
}
