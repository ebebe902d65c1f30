// Keep long texts safe while they are written.
//
//   <form method="post" action="…" data-autosave="/address/to/save/" data-version="3">
//     … fields with names …
//     <p class="rp-saved" data-saved role="status"></p>      (made at the end of the form if it is missing)
//   data-together on a fieldset: its fields make sense only as a whole, so that one which changed takes the others along
//   data-not-saved: the fields inside only say what the page shows, and are not saved
//   data-many="name" on an element: holds a hidden field of that name for each value that has no box of its own
//   data-unsaved on the form: what it holds was not saved (a form shown again with errors), so all of it goes out
//   </form>
//
// One second after the last keystroke the fields that changed are posted to data-autosave, form-encoded, with
// `version` and the CSRF token. A box that was unticked is sent as an empty value. What the server answers:
//   200  JSON {"version": n, …}     saved; `version` goes with the next post. The whole answer is in the event below.
//   409  HTML fragment              somebody saved a newer one: the fragment is shown (role=alert) and nothing more is
//                                   sent by itself until the page is loaded again or the person presses the form's button
//   422  anything: this cannot be saved as it is; the form's own button will say why
//   401, 403, a redirect to sign-in, 5xx, no connection: kept in this browser, tried again when it is online or in 15 s
//
// What is not yet saved lies in localStorage under the address, and is put back when the page is opened again
// within 14 days by the same form. data-autosave-key names it otherwise (put the person's id in it on shared machines:
// `data-autosave-owner="{{ user.pk }}"` does that). A normal submit that is accepted clears it when the next page opens.
//
// Events on the form, all bubble: "autosave:saved" (detail = the JSON), "autosave:kept" (detail = {status}),
// "autosave:restored" once what was kept stands in the fields again.
// window.Rapport.saveNow(form) saves at once and returns a promise of true or false.
(() => {
  "use strict";
  const PAUSE = 1000, PATIENCE = 3000, AGAIN = 15000, KEEP_DAYS = 14;
  const forms = new WeakMap();

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave;
      this.version = form.dataset.version || "";
      this.key = `rapport:${form.dataset.autosaveOwner || ""}:${form.dataset.autosaveKey || this.url}`;
      this.saved = form.dataset.unsaved === undefined ? this.fields() : {};
      this.place = form.querySelector("[data-saved]") || this.makePlace();
      this.putBack();
      // On the document, so that controls tied to the form by form="…" count too.
      for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => event.target.form === form && this.changed());
      form.addEventListener("submit", (event) => event.defaultPrevented || this.submitted(event));
      window.addEventListener("online", () => this.send());
      window.addEventListener("pagehide", () => this.goodbye());
      window.addEventListener("pageshow", (event) => { if (event.persisted && this.isLeaving) location.reload(); });
      document.addEventListener("visibilitychange", () => { if (document.hidden) this.send(); });
    }

    makePlace() {
      const place = document.createElement("p");
      place.className = "rp-saved";
      place.setAttribute("role", "status");
      this.form.append(place);
      return place;
    }

    say(text, state) {
      if (this.place.textContent !== text) this.place.textContent = text;
      this.place.dataset.state = state;
    }

    // Every named field as a map of name to list of values; files, buttons and the token are left out.
    fields() {
      const values = {};
      for (const control of this.form.elements) {
        if (!control.name || ["file", "submit", "button", "password"].includes(control.type)) continue;
        if (["csrfmiddlewaretoken", "version"].includes(control.name) || control.closest("[data-not-saved]")) continue;
        values[control.name] ??= [];
        if (["radio", "checkbox"].includes(control.type) && !control.checked) continue;
        if (control.selectedOptions && control.multiple) values[control.name].push(...[...control.selectedOptions].map((o) => o.value));
        else values[control.name].push(control.value);
      }
      return values;
    }

    unsaved() {
      const now = this.fields();
      const names = Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(this.saved[name]));
      for (const group of document.querySelectorAll("[data-together]")) {
        const inside = [...group.querySelectorAll("[name]")].filter((one) => one.form === this.form && one.name in now).map((one) => one.name);
        if (inside.some((name) => names.includes(name))) names.push(...inside);
      }
      return Object.fromEntries(names.map((name) => [name, now[name]]));
    }

    changed() {
      if (this.stale) return this.keep();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), PAUSE);
      this.keep();
    }

    keep(more) {
      if (this.isLeaving) return;
      const fields = this.unsaved();
      try {
        if (!Object.keys(fields).length) localStorage.removeItem(this.key);
        else localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), version: this.version, fields, ...more }));
      } catch { /* storage may be full or shut; the page still works */ }
    }

    putBack() {
      let kept = null;
      try { kept = JSON.parse(localStorage.getItem(this.key)); } catch { /* nothing readable was kept */ }
      if (!kept) return;
      const isSent = kept.sent && (!this.version || kept.version !== this.version);
      if (isSent || Date.now() - kept.at > KEEP_DAYS * 864e5) return localStorage.removeItem(this.key);
      this.wasInFlight = kept.inFlight;
      for (const [name, values] of Object.entries(kept.fields)) this.write(name, values);
      this.form.dispatchEvent(new CustomEvent("autosave:restored", { bubbles: true }));
      if (!Object.keys(this.unsaved()).length) return localStorage.removeItem(this.key);
      if (kept.version !== this.version && this.version) {
        this.stale = true;
        this.say("We restored what you wrote here last time. The saved text has changed since then. Compare them before you save.", "kept");
      } else this.changed();
    }

    write(name, values) {
      const many = this.form.querySelector(`[data-many="${name}"]`);
      for (const control of this.form.elements) {
        if (control.name !== name || many?.contains(control)) continue;
        if (["radio", "checkbox"].includes(control.type)) control.checked = values.includes(control.value);
        else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
        else control.value = values[0] ?? "";
      }
      const hasBox = (value) => [...this.form.elements].some((one) => one.name === name && one.type === "checkbox" && one.value === value);
      many?.replaceChildren(...values.filter((value) => !hasBox(value)).map((value) => {
        const field = document.createElement("input");
        return Object.assign(field, { type: "hidden", name, value });
      }));
    }

    // The page goes away: what is still unsaved is posted without waiting, and kept in case that fails. The next page may
    // have been made before the post arrived, so a conflict there is most likely with ourselves (see conflict).
    goodbye() {
      if (this.isLeaving) return;
      this.keep({ inFlight: true });
      this.send();
      this.isLeaving = true;
    }

    // A save is on its way: what is pressed now would begin from the version before it, and conflict with ourselves.
    submitted(event) {
      clearTimeout(this.timer);
      if (!this.busy || this.hasWaited) {
        this.hasWaited = false;
        return this.leaving();
      }
      event.preventDefault();
      if (this.isWaiting) return;
      this.isWaiting = true;
      const { submitter } = event;
      Promise.race([this.busy, new Promise((enough) => setTimeout(enough, PATIENCE))]).then(() => {
        this.isWaiting = false;
        this.hasWaited = true;
        this.form.requestSubmit(submitter);
      });
    }

    // The person pressed the button: if the next page is not this one, what was kept is not needed any more.
    leaving() {
      clearTimeout(this.timer);
      this.keep();
      this.isLeaving = true;
      this.abort?.abort();
      try {
        const kept = JSON.parse(localStorage.getItem(this.key));
        if (kept) localStorage.setItem(this.key, JSON.stringify({ ...kept, sent: true }));
      } catch { /* as above */ }
    }

    async send() {
      clearTimeout(this.timer);
      if (this.stale || this.isLeaving || !this.form.isConnected) return false;
      if (this.busy) return this.busy.then(() => this.send());
      const fields = this.unsaved();
      if (!Object.keys(fields).length) return true;
      this.busy = this.post(fields).finally(() => { this.busy = null; });
      return this.busy;
    }

    async post(fields) {
      this.say("Saving", "saving");
      const body = new URLSearchParams();
      for (const [name, values] of Object.entries(fields)) for (const value of values.length ? values : [""]) body.append(name, value);
      body.append("version", this.version);
      const token = this.form.elements.csrfmiddlewaretoken?.value || "";
      this.abort = new AbortController();
      let answer;
      try {
        answer = await fetch(this.url, {
          method: "POST", body, redirect: "manual", signal: this.abort.signal, keepalive: String(body).length < 60000,
          headers: { "X-CSRFToken": token, "X-Autosave": "1", Accept: "application/json" },
        });
      } catch { return this.kept(0); }
      if (answer.status === 409) return this.conflict(await answer.text());
      if (answer.type === "opaqueredirect") return this.kept(401);
      if (!answer.ok) return this.kept(answer.status);
      return this.done(fields, await answer.json().catch(() => ({})));
    }

    done(fields, answer) {
      if (answer.version !== undefined) this.setVersion(String(answer.version));
      Object.assign(this.saved, fields);
      this.wasInFlight = false;
      this.keep();
      this.say(Object.keys(this.unsaved()).length ? "Saving" : "Saved", "saved");
      this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: answer }));
      return true;
    }

    setVersion(version) {
      this.version = this.form.dataset.version = version;
      if (this.form.elements.version) this.form.elements.version.value = version;
    }

    kept(status) {
      this.keep();
      const say = {
        401: "Not saved: you were signed out. Your text is kept in this browser. Sign in again in another tab.",
        403: "Not saved: this page timed out. Your text is kept in this browser. Reload the page.",
        404: "Not saved: this was deleted. Your text is kept in this browser. Copy it somewhere else.",
        422: "Not saved yet: something here needs a change. Your text is kept in this browser.",
      };
      this.say(say[status] || "Not saved. Your text is kept in this browser. We’ll try again soon, and when you’re online.", "kept");
      this.form.dispatchEvent(new CustomEvent("autosave:kept", { bubbles: true, detail: { status } }));
      if (!this.isLeaving && ![401, 403, 404, 422].includes(status)) this.timer = setTimeout(() => this.send(), AGAIN);
      return false;
    }

    conflict(fragment) {
      this.keep();
      if (this.wasInFlight) return location.reload();
      this.stale = true;
      this.say("Not saved: there’s a newer version. Yours is kept in this browser.", "kept");
      const box = document.createElement("div");
      box.setAttribute("role", "alert");
      box.dataset.conflict = "";
      box.innerHTML = fragment;
      this.form.querySelector(":scope > [data-conflict]")?.remove();
      this.form.prepend(box);
      window.htmx?.process(box);
      return false;
    }
  }

  function start(root) {
    for (const form of root.querySelectorAll("form[data-autosave]")) {
      if (!forms.has(form)) forms.set(form, new Autosave(form));
    }
  }
  // Once every script of the page listens: what is put back is told to them.
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:load", (event) => start(event.target.parentElement || document));
  window.Rapport = Object.assign(window.Rapport || {}, { saveNow: (form) => forms.get(form)?.send() ?? Promise.resolve(true) });
})();
