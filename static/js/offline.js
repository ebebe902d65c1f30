// Asks the service worker to keep the pages of coming talks, and says so. Without one nothing changes.
//
//   <p data-offline="/conversations/offline.js" data-offline-scope="/conversations/" data-offline-says="…" role="status"></p>
//
// What is saved on this page is kept anew after each save, so that a page without a connection is not an old one.
(() => {
  "use strict";
  const place = document.querySelector("[data-offline]"), PAUSE = 800;
  if (!place || !navigator.serviceWorker || !window.caches) return;
  let timer = null;

  async function worker() {
    const made = await navigator.serviceWorker.register(place.dataset.offline, { scope: place.dataset.offlineScope, updateViaCache: "none" });
    if (made.active) return made.active;
    return (await navigator.serviceWorker.ready).active;
  }

  async function keep() {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => say(data > 0);
    (await worker()).postMessage("keep", [channel.port2]);
  }

  function say(isKept) {
    place.dataset.state = isKept ? "kept" : "";
    if (isKept) document.dispatchEvent(new Event("offline:kept"));
    if (!document.querySelector("main[data-kept]")) place.textContent = isKept ? place.dataset.offlineSays : "";
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => keep().catch(() => {}), PAUSE);
  }

  const kept = document.querySelector("main[data-kept]");
  if (kept) {
    place.textContent = place.dataset.offlineKept;
    window.addEventListener("online", () => { if (!kept.dataset.live) back(); });
  }
  // The person reloads: a page that does it by itself would take along what stands in a box that nobody saved.
  function back() {
    const again = document.createElement("a");
    again.href = location.pathname;
    again.textContent = "Reload the page";
    place.replaceChildren("You’re back online. ", again, " to see the latest version.");
  }

  for (const kind of ["autosave:saved", "htmx:afterSettle"]) document.addEventListener(kind, soon);
  keep().catch(() => {});  // a browser that keeps nothing: the page works as it does with a connection
})();
