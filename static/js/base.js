// Small things every page may use. Nothing here is needed to do anything: each part only makes a working page kinder.
// data-since    <progress data-since="ISO time" data-unit="hours|minutes">: its value follows the clock
// data-until    <p data-until="ISO time" data-over="It’s up.">: says how many minutes are left, then data-over;
//               [data-until-said] beside it is read aloud once, when they are over
// data-copy     <button data-copy="#id">: copies the text or value of that element
// data-count    <textarea data-count="#id" data-most="300">: says there how many characters it holds
// data-own      <textarea data-own id="…">: what was changed by hand outlives the redraw of what is around it;
//               <button data-own-undo="id" hidden> takes the text of the page again
// data-follows  <button data-follows="slot">: says what the chosen radio of that name means (its data-says)
// data-menu     <details data-menu>: shuts on Escape and on a press elsewhere
// data-focus    the element that takes the focus when the page opens (an error summary)
// data-once     <form data-once="no"> opts out of the guard against a second press
// data-reader on body: whose page it is; what this browser keeps of somebody else is emptied
// data-zone-url on body: where to tell the browser's time zone, once
(() => {
  "use strict";
  const region = () => document.getElementById("page-status");

  const SENTENCES = {
    0: "You’re offline. Nothing was lost. Try again in a moment.",
    401: "You were signed out. Sign in again in another tab, then try again.",
    403: "You don’t have access, or the page timed out. Reload the page.",
    404: "This is no longer here. Reload the page.",
    409: "Someone else changed this. Reload the page to see the latest version.",
    410: "This link has expired.",
    413: "This file is too large.",
    429: "Too many attempts. Wait a minute.",
    500: "Something went wrong on our side. Nothing was lost. Try again in a moment.",
  };

  function sentenceFor(status) {
    return SENTENCES[status] || (status >= 500 ? SENTENCES[500] : SENTENCES[409]);
  }

  function tell(sentence) {
    const place = region();
    if (!place) return;
    const note = document.createElement("div");
    const text = document.createElement("p");
    const shut = document.createElement("button");
    note.className = "rp-note rp-note-brick rp-live-note";
    text.textContent = sentence;
    shut.type = "button";
    shut.className = "btn-text";
    shut.textContent = "Close";
    shut.addEventListener("click", () => place.replaceChildren());
    note.append(text, shut);
    place.replaceChildren(note);
  }

  // --- htmx says nothing by itself when a request fails
  document.addEventListener("htmx:responseError", (event) => tell(sentenceFor(event.detail.xhr.status)));
  document.addEventListener("htmx:sendError", () => tell(SENTENCES[0]));
  document.addEventListener("htmx:timeout", () => tell(SENTENCES[0]));
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A redirect to the sign-in page arrives as a whole page; never swap that into a part.
    const xhr = event.detail.xhr;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/accounts/login")) {
      event.detail.shouldSwap = false;
      tell(SENTENCES[401]);
    }
  });

  // --- one press is enough; a form that answers with a file is free again after a while
  const STUCK = 8e3;
  function hold(form, button) {
    form.dataset.sent = "1";
    button?.setAttribute("aria-busy", "true");
    setTimeout(() => free(form), STUCK);
  }
  function free(root) {
    for (const form of [root, ...root.querySelectorAll("form[data-sent]")]) if (form.dataset) delete form.dataset.sent;
    for (const button of root.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
  }
  const isGuarded = (form) => form instanceof HTMLFormElement && form.dataset.once !== "no";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !isGuarded(form) || form.method === "get") return;
    if (form.dataset.sent) event.preventDefault();
    else hold(form, event.submitter);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    region()?.replaceChildren();
    if (!isGuarded(elt) || requestConfig.verb === "get") return;
    if (elt.dataset.sent) event.preventDefault();
    else hold(elt, requestConfig.triggeringEvent?.submitter);
  });
  document.addEventListener("htmx:afterRequest", (event) => free(event.detail.elt));
  window.addEventListener("pageshow", () => free(document));

  // --- time that runs
  const STEP = { hours: 3600e3, minutes: 60e3 };
  function tick() {
    for (const bar of document.querySelectorAll("progress[data-since]")) {
      const gone = (Date.now() - Date.parse(bar.dataset.since)) / STEP[bar.dataset.unit || "hours"];
      bar.value = Math.max(0, Math.min(bar.max, Math.round(gone * 10) / 10));
    }
  }
  if (document.querySelector("progress[data-since]")) setInterval(tick, 15e3);

  // --- minutes that one set oneself
  function left(line) {
    const minutes = Math.ceil((Date.parse(line.dataset.until) - Date.now()) / STEP.minutes);
    const words = minutes > 0 ? `${minutes} ${minutes === 1 ? "minute" : "minutes"} left` : line.dataset.over;
    if (line.textContent === words) return;
    const said = line.parentElement.querySelector("[data-until-said]");
    if (minutes <= 0 && said && line.dataset.ran) said.textContent = words;
    if (minutes > 0) line.dataset.ran = "1";
    line.textContent = words;
  }
  const timers = () => document.querySelectorAll("[data-until]").forEach(left);
  if (document.querySelector("[data-until]")) { timers(); setInterval(timers, 1e3); }

  // --- copying
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    const words = button.querySelector("[data-words]") || button;
    const before = words.innerHTML;
    try {
      await navigator.clipboard.writeText("value" in source ? source.value : source.innerText.trim());
      words.textContent = "Copied";
    } catch {
      words.textContent = "Select the text and copy it";
    }
    setTimeout(() => { words.innerHTML = before; }, 2500);
  });

  // --- how many characters a text with a limit holds
  document.addEventListener("input", ({ target }) => {
    const place = target.dataset?.count && document.querySelector(target.dataset.count);
    if (!place) return;
    const count = [...target.value].length, most = Number(target.dataset.most);
    place.textContent = `${count} of ${most} characters`;
    place.classList.toggle("rp-brick", count > most);
    place.classList.toggle("rp-quiet", count <= most);
  });

  // --- a text changed by hand, and a fold that was opened, outlive a redraw
  const own = new Map(), folds = new Map();
  const isOwn = (box) => {
    const undo = document.querySelector(`[data-own-undo="${box.id}"]`);
    if (undo) undo.hidden = !own.has(box.id);
  };
  document.addEventListener("input", ({ target }) => {
    if (!target.matches?.("textarea[data-own]")) return;
    own.set(target.id, target.value);
    isOwn(target);
  });
  document.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-own-undo]")?.dataset.ownUndo;
    if (!id) return;
    const box = document.getElementById(id);
    box.value = box.defaultValue;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    own.delete(id);
    isOwn(box);
    box.focus();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    folds.clear();
    for (const fold of event.detail.target?.querySelectorAll?.("details[id]") ?? []) folds.set(fold.id, fold.open);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, isOpen] of folds) document.getElementById(id)?.toggleAttribute("open", isOpen);
    for (const [id, text] of own) {
      const box = document.getElementById(id);
      if (!box || box.value === text) continue;
      box.value = text;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // --- a button that says what will happen
  const follow = (radio) => {
    const button = radio.form?.querySelector(`[data-follows="${radio.name}"]`);
    if (button && radio.dataset.says) button.textContent = radio.dataset.says;
  };
  document.addEventListener("change", (event) => event.target.dataset?.says && follow(event.target));
  document.querySelectorAll("[data-says]:checked").forEach(follow);

  // --- the menu behind the monogram
  function shutMenus(except) {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
  }
  document.addEventListener("click", (event) => shutMenus(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details[data-menu][open]");
    shutMenus();
    open?.querySelector("summary").focus();
  });

  // --- what should be read first
  // What was done says so by itself where a field waits for the next word; a mistake is always read first.
  const first = document.querySelector("[data-focus]");
  if (!(first?.matches(".rp-toast") && document.querySelector("input[autofocus], textarea[autofocus]"))) first?.focus();
  document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("[data-focus]")?.focus());

  // --- the reader's time zone, told once
  const { zone, zoneUrl } = document.body.dataset;
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zoneUrl && mine && mine !== zone && !sessionStorage.getItem("zone-told")) {
    sessionStorage.setItem("zone-told", mine);
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
    fetch(zoneUrl, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ zone: mine }) }).catch(() => {});
  }

  // --- pages kept for a talk without a connection (offline-worker.js) are of who is signed in, and of nobody else
  async function emptyKept(except) {
    if (!except) navigator.serviceWorker?.getRegistrations().then((all) => all.forEach((one) => one.active?.postMessage("empty"))).catch(() => {});
    for (const name of await caches.keys()) {
      if (name.startsWith("rapport-offline-") && name !== `rapport-offline-${except}`) await caches.delete(name);
    }
  }
  if (window.caches) {
    emptyKept(document.body.dataset.reader).catch(() => {});
    document.addEventListener("submit", ({ target }) => {
      if (new URL(target.action, location).pathname.endsWith("/logout/")) emptyKept().catch(() => {});
    });
  }

  window.Rapport = Object.assign(window.Rapport || {}, { tell, sentenceFor });
})();
