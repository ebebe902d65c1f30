// What was done in live mode and has not reached the server: kept in this browser, sent in its order, each once.
//
// An act is {id, name, fields, at}: `id` makes a second copy of it change nothing (apps/interviews/talking/actions.py).
// The queue lies in localStorage under the person and the conversation, so it outlives a reload, a closed tab and the
// browser; without storage it lives as long as the page. One tab sends at a time.
//
// A page that only wants to deliver what is left (after the talk) holds
//   <p data-live-deliver="/conversations/7/live/" data-owner="{{ user.pk }}" data-token="{{ csrf_token }}" role="status"></p>
(() => {
  "use strict";
  const AGAIN = 10000;

  class LiveQueue extends EventTarget {
    constructor(base, owner, token) {
      super();
      this.base = base;
      this.shelf = `rapport-offline-${owner}`;  // of the service worker (offline-worker.js)
      this.token = token;
      this.key = `rapport:live:${owner}:${base}`;
      this.memory = [];
      this.trouble = "";
      for (const kind of ["online", "pageshow", "focus"]) window.addEventListener(kind, () => this.send());
      document.addEventListener("visibilitychange", () => document.hidden || this.send());
      window.addEventListener("storage", (event) => event.key === this.key && this.tell("change"));
    }

    get acts() {
      try { return JSON.parse(localStorage.getItem(this.key)) || []; } catch { return this.memory; }
    }

    set acts(acts) {
      this.memory = acts;
      try {
        if (acts.length) localStorage.setItem(this.key, JSON.stringify(acts));
        else localStorage.removeItem(this.key);
        this.isKept = true;
      } catch { this.isKept = false; }
    }

    tell(kind, detail) { this.dispatchEvent(new CustomEvent(kind, { detail })); }

    add(name, fields, at) {
      const made = { id: newId(), name, fields, at };
      this.acts = [...this.acts, made];
      this.tell("change");
      this.send();
      return made.id;
    }

    take(id) { this.acts = this.acts.filter((kept) => kept.id !== id); }

    async send() {
      clearTimeout(this.timer);
      if (this.isSending) { this.isAskedAgain = true; return; }
      this.isSending = true;
      try {
        if (navigator.locks) await navigator.locks.request(this.key, () => this.sendAll());
        else await this.sendAll();
      } finally { this.isSending = false; }
      if (this.acts.length) this.timer = setTimeout(() => this.send(), AGAIN);
      if (this.isAskedAgain && !this.trouble) { this.isAskedAgain = false; this.send(); }
      this.isAskedAgain = false;
    }

    async sendAll() {
      for (let next = this.acts[0], tries = 0; next; next = this.acts[0]) {
        const answer = await this.post(next);
        if (answer === "token" && tries++ === 0 && await this.refresh()) continue;
        if (typeof answer === "string") { this.trouble = answer; this.tell("change"); return; }
        this.trouble = "";
        tries = 0;
        this.take(next.id);
        if (answer.say) this.tell("refused", { act: next, say: answer.say });
        else this.tell("state", answer);
      }
      this.trouble = "";
      this.tell("change");
    }

    // The state as JSON, {say} for an act that cannot be taken, or a word for why it could not be sent now.
    async post(act) {
      const body = new URLSearchParams({ ...act.fields, client_id: act.id, at: new Date(act.at).toISOString() });
      let answer;
      try {
        answer = await fetch(`${this.base}${act.name}/`, {
          method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": this.token, "X-Live": "1" },
        });
      } catch { return "offline"; }
      if (answer.type === "opaqueredirect" || answer.status === 401) return "signed-out";
      if (answer.status === 403) return "token";
      if ([404, 410].includes(answer.status)) return "gone";
      if (answer.ok) return this.arrived(await answer.json().catch(() => "offline"));
      if ([409, 422].includes(answer.status)) return answer.json().catch(() => ({ say: "This couldn’t be saved." }));
      return "offline";
    }

    async arrived(state) {
      if (state.token) this.token = state.token;
      await this.keep(state);
      return state;
    }

    // What the server said last lies beside the kept page, with how far this clock is from its own: a page that opens
    // without a connection begins from it. Before an act leaves the queue, so that it is always in one of the two.
    async keep(state) {
      if (!state.now || !window.caches) return;
      try {
        if (!await caches.has(this.shelf)) return;
        const said = JSON.stringify({ ...state, offset: state.now - Date.now() });
        const headers = { "Content-Type": "application/json" };
        await (await caches.open(this.shelf)).put(`${this.base}state/`, new Response(said, { headers }));
      } catch { /* no room: the page still has what the server knows */ }
    }

    async kept() {
      try { return await (await (await caches.open(this.shelf)).match(`${this.base}state/`))?.json(); } catch { return undefined; }
    }

    // Ask for the state as it is now: another device may have written, and a new sign-in has a new token.
    async refresh() {
      let answer;
      try { answer = await fetch(`${this.base}state/`, { redirect: "manual" }); } catch { return false; }
      if (answer.type === "opaqueredirect") { this.trouble = "signed-out"; this.tell("change"); return false; }
      if (!answer.ok) return false;
      const state = await this.arrived(await answer.json().catch(() => ({})));
      if (state.now) this.tell("state", state);
      return Boolean(state.token);
    }

    saying() {
      const count = this.acts.length;
      if (!count) return { text: "", state: "saved" };
      const things = count === 1 ? "1 change is" : `${count} changes are`;
      const where = this.isKept === false ? `${things} only on this page. Keep it open.` : `${things} saved in this browser.`;
      const why = {
        "offline": `${where} We’ll send ${count === 1 ? "it" : "them"} when you’re back online.`,
        "signed-out": `You were signed out. ${where} Sign in again in another tab, then come back here.`,
        "token": `${where} Reload the page to send ${count === 1 ? "it" : "them"}.`,
        "gone": `${where} You don’t have access to this conversation here. Check that you’re signed in to the right account.`,
      };
      return this.trouble ? { text: why[this.trouble], state: "kept", why: this.trouble } : { text: "Saving", state: "saving" };
    }
  }

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  for (const place of document.querySelectorAll("[data-live-deliver]")) {
    const queue = new LiveQueue(place.dataset.liveDeliver, place.dataset.owner, place.dataset.token);
    const had = queue.acts.length;
    if (!had) continue;
    queue.addEventListener("change", () => {
      const { text } = queue.saying();
      place.textContent = text || "Notes from your conversation were still in this browser. They’re saved now. Reload the page to see them.";
    });
    queue.send();
  }
  window.Rapport = Object.assign(window.Rapport || {}, { LiveQueue });
})();
