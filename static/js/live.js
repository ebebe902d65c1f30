// Live mode: the clock runs, a tick or a note takes no page load, and nothing is lost without a connection.
//
// The page is drawn from `facts` (what the server said last) with everything still in the queue laid over it. Every
// sentence stands in the page already; this file only shows, hides and fills. Without it every button posts a form.
(() => {
  "use strict";
  const main = document.querySelector("main[data-live]");
  const source = document.getElementById("live-facts");
  if (!main || !source) return;
  const FOUR = 240, FIVE = 300, LATE = -600, LOOK = 20000, ANNOUNCED = [600, 300, 240, 0];

  let facts = JSON.parse(source.textContent);
  let offset = main.dataset.kept ? 0 : facts.now - Date.now();  // a kept page tells no time
  const queue = new window.Rapport.LiveQueue(main.dataset.live, main.dataset.owner, facts.token);
  const form = document.getElementById("live");
  const now = () => Date.now() + offset;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- a keyboard that lies over the page without making it smaller: the clock follows the part that is seen ----------

  const glass = window.visualViewport;
  function follow() {
    const isZoomed = glass.scale > 1.01;  // then somebody looks closer, and nothing may run along
    document.body.style.setProperty("--rp-seen", `${isZoomed ? 0 : Math.max(0, Math.round(glass.offsetTop))}px`);
  }
  glass?.addEventListener("resize", follow);
  glass?.addEventListener("scroll", follow);

  // --- what is true, with what was done here since -----------------------------------------------------------------

  const LAY = {
    start: (s, act) => { s.started ??= act.fields.agreed && s.starts <= act.at ? s.starts : act.at; },
    again: (s, act) => { s.started = act.at; },
    more: (s) => { s.extra += 10; },
    less: (s) => { s.extra = Math.max(s.extra - 10, 0); },
    end: (s, act) => { s.ended ??= act.at; s.isEnding = true; },
    tick: (s, act) => mark(s, act, "asked"),
    skip: (s, act) => mark(s, act, "skipped"),
    reopen: (s, act) => mark(s, act, ""),
    add: (s, act) => { if (!s.questions.some((row) => row.key === act.id)) s.questions.push({ id: act.id, key: act.id, text: act.fields.added, because: "", mark: "", isHere: true }); },
    note: (s, act) => { begin(s, act); s.notes = s.notes.filter((note) => note.id !== act.id); s.notes.push({ id: act.id, ...act.fields, at: act.at, isHere: true }); },
    drop: (s, act) => { s.notes = s.notes.filter((note) => note.id !== act.fields.note); },
    close: (s, act) => { for (const [name, value] of Object.entries(act.fields)) if (!name.startsWith("was")) s[name] = value; },
    person: (s, act) => lay(s, act.fields),
    settle: (s, act) => { s.both = s.both.filter((met) => met.id !== act.fields.both); },
    unname: (s, act) => { s.people = s.people.filter((person) => !isSame(person, act.fields)); },
  };

  function mark(s, act, word) {
    if (word) begin(s, act);
    const found = s.questions.find((row) => [row.id, row.key].includes(act.fields.question));
    if (found) found.mark = word;
  }

  function begin(s, act) {
    if (act.at >= s.starts && act.at < s.ends) s.started ??= s.starts;
  }

  const isSame = (person, fields) => person.name.toLowerCase() === fields.name.toLowerCase();

  function lay(s, fields) {
    const known = s.people.find((person) => isSame(person, fields));
    if (!known) return s.people.push({ about: "", ...fields });
    for (const [name, value] of Object.entries(fields)) if (value && name !== "name" && !name.startsWith("was")) known[name] = value;
  }

  function truth() {
    const s = structuredClone(facts);
    for (const act of queue.acts) LAY[act.name]?.(s, act);
    return s;
  }

  // --- the clock ----------------------------------------------------------------------------------------------------

  let view = main.dataset.view, phase = "", isChosen = false, at = null, spoken = null;

  // 3:52 pm, as the region of the page writes it; noon and midnight by their names (apps/clock/times.py).
  const reading = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", hour12: true, timeZone: main.dataset.zone });
  const HALVES = { "en-US": ["\u00a0am", "\u00a0pm"], "en-GB": ["am", "pm"], "en-CA": ["\u00a0a.m.", "\u00a0p.m."] };
  function clock(moment) {
    const { hour, minute, dayPeriod } = Object.fromEntries(reading.formatToParts(moment).map((part) => [part.type, part.value]));
    const isAfternoon = dayPeriod === "PM";
    if (hour === "12" && minute === "00") return isAfternoon ? "noon" : "midnight";
    return `${hour}:${minute}${(HALVES[document.documentElement.lang] || HALVES["en-US"])[Number(isAfternoon)]}`;
  }
  const fill = (selector, text) => { for (const place of all(selector)) if (place.textContent !== text) place.textContent = text; };
  const length = (s) => s.minutes + s.extra;

  function phaseOf(left) {
    if (left <= 0) return "over";
    return left <= FOUR ? "closing" : left <= FIVE ? "five" : "talk";
  }

  function runClock(s) {
    one("[data-begun]").hidden = now() < (s.started ?? s.starts);
    one("[data-clock]").hidden = !s.started;
    if (!s.started) return;
    const until = s.started + length(s) * 60000;
    const left = (until - now()) / 1000, seconds = Math.floor(Math.abs(left));
    fill("[data-digits]", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
    fill("[data-left]", left > 0 ? "left" : "over");
    fill("[data-started]", clock(s.started));
    fill("[data-until]", clock(until));
    fill("[data-minutes]", String(length(s)));
    fill("[data-extra]", `, ${s.extra} more offered`);
    one("[data-extra]").hidden = one("[data-less]").hidden = !s.extra;
    const ruler = one("[data-clock] progress");
    ruler.max = length(s);
    ruler.className = `rp-ticks rp-ticks-20 rp-ticks-${length(s)} rp-ticks-tall`; // words: ok, a class
    ruler.value = Math.min(length(s), Math.round((now() - s.started) / 6000) / 10);
    one("[data-late]").hidden = left > LATE;
    turn(phaseOf(left));
    announce(left);
  }

  // In the last four minutes the close takes the page, once; who goes back to the questions stays there.
  function turn(to) {
    if (to === phase) return;
    const was = phase;
    phase = to;
    if (was && ["five", "over"].includes(to)) buzz(to);
    for (const part of all("[data-phases]")) part.hidden = !part.dataset.phases.split(" ").includes(to);
    if (["talk", "five"].includes(to)) isChosen = false;
    const isTurning = to === "closing" || (to === "over" && was !== "closing");
    if (isTurning && was && !isChosen && view === "talk") show("closing");
  }

  // A phone on the table moves a little instead of making a sound; whoever asked their device for less motion is asked first.
  const buzzKey = "rapport:live:vibrate", canBuzz = navigator.vibrate && matchMedia("(pointer: coarse)").matches;
  const BUZZ = { five: [150], over: [150, 120, 150] };

  function isBuzzOn() {
    let said = null;
    try { said = localStorage.getItem(buzzKey); } catch { /* then as the device says */ }
    return said ? said === "on" : !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function buzz(kind) {
    if (canBuzz && isBuzzOn()) navigator.vibrate(BUZZ[kind]);
  }

  function offerBuzz() {
    const place = one("[data-buzz]"), box = one("input", place);
    place.hidden = !canBuzz;
    box.checked = isBuzzOn();
    box.addEventListener("change", () => {
      try { localStorage.setItem(buzzKey, box.checked ? "on" : "off"); } catch { /* for this page only */ }
    });
  }

  function announce(left) {
    const passed = ANNOUNCED.find((mark) => left <= mark && left > mark - 20);
    if (passed === undefined || passed === spoken) return;
    spoken = passed;
    one("[data-announce]").textContent = passed ? `${passed / 60} minutes left` : "The scheduled time is over";
  }

  function show(to) {
    view = main.dataset.view = to;
    for (const part of all("[data-views]")) part.hidden = !part.dataset.views.split(" ").includes(to);
    if (form.elements.view) form.elements.view.value = to;
    draw();
  }

  // --- drawing ------------------------------------------------------------------------------------------------------

  const current = (s) => (at && s.questions.find((row) => [row.id, row.key].includes(at))) || s.questions.find((row) => !row.mark);

  function draw() {
    const s = truth();
    if (s.isEnding || s.status === "completed") return drawEnd(s);
    if (!form) return drawSaved();
    if (!one("[data-ending]").hidden) return notEnded();
    if (view === "before" && s.started) return show("talk");
    runClock(s);
    drawQuestion(s);
    drawList("question", "[data-questions]", s.questions, (row, made) => questionRow(s, row, made));
    drawList("note", "[data-notes]", [...s.notes].reverse(), noteRow);
    drawList("person", "[data-people]", s.people, personRow);
    drawList("both", "[data-both]", s.both || [], bothRow);
    drawClose(s);
    drawSaved();
  }

  function drawQuestion(s) {
    const row = current(s), place = row ? s.questions.indexOf(row) : -1;
    form.elements.question.value = row ? row.key || row.id : "";
    one("[data-question]").textContent = row ? row.text : s.questions.length ? "You’ve gone through all your questions" : "No questions planned";
    one("[data-place]").textContent = row ? `Question ${place + 1} of ${s.questions.length}` : "";
    one("[data-because]").textContent = row?.because || "";
    one("[data-because]").hidden = !row?.because;
    one("[data-nothing]").hidden = Boolean(row);
    one("[data-do]").hidden = !row;
    for (const part of all("[data-if]")) part.hidden = !part.dataset.if.split(" ").includes(row?.mark || "open");
    one('[data-go="-1"]').hidden = place === 0 || !s.questions.length;
    one('[data-go="1"]').hidden = place < 0 || place === s.questions.length - 1;
    fill("[data-notes-label]", view === "closing" ? "Last notes" : view === "talk" && row ? "Notes on this question" : "Notes");
    const asked = s.questions.filter((each) => each.mark === "asked").length;
    fill("[data-count]", s.questions.length ? `${asked} of ${s.questions.length} asked` : "");
    drawMusts(s);
  }

  function drawMusts(s) {
    const place = one("[data-musts]"), marked = s.questions.filter((row) => row.must);
    const open = marked.filter((row) => row.mark !== "asked").length;
    const words = { 0: place.dataset.none, 1: place.dataset.one }[open] || place.dataset.many.replace("#", open);
    place.textContent = marked.length ? words : "";
  }

  // Rows are made from the <template> beside the list, and only where something changed.
  function drawList(kind, selector, rows, write) {
    const list = one(selector), drawn = JSON.stringify([rows, at, view]);
    if (list.dataset.drawn === drawn || list.contains(document.activeElement) && document.activeElement.matches("select")) return;
    const focused = list.contains(document.activeElement) ? all("a, button", list).indexOf(document.activeElement) : -1;
    list.replaceChildren(...rows.map((row) => {
      const made = one(`template[data-row="${kind}"]`).content.firstElementChild.cloneNode(true);
      made.classList.toggle("is-kept-here", Boolean(row.isHere));
      write(row, made);
      return made;
    }));
    list.dataset.drawn = drawn;
    if (focused >= 0) all("a, button", list)[focused]?.focus();
  }

  function sign(root, name) {
    const use = one("use", root);
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#i-${name}`);
  }

  function questionRow(s, row, made) {
    const isNow = row === current(s) || current(s)?.id === row.id;
    made.dataset.id = row.id;
    made.className = isNow ? "is-now" : row.mark ? `is-${row.mark}` : "";
    if (isNow) made.setAttribute("aria-current", "true");
    one("a", made).href = `?show=talk&q=${encodeURIComponent(row.id)}`;
    one("[data-part=text]", made).textContent = row.text;
    one("[data-part=mark]", made).textContent = { asked: "Asked: ", skipped: "Skipped: " }[row.mark] || "";
    one("[data-part=must]", made).hidden = !row.must;
    sign(made, isNow ? "chat-left-quote" : { asked: "check-lg", skipped: "dash-lg" }[row.mark] || "circle");
  }

  function noteRow(note, made) {
    const button = one(`.rp-quick button[value="${note.kind}"]`) || one(".rp-quick button");
    made.dataset.kind = note.kind;
    one("[data-part=here]", made).hidden = !note.isHere;
    one("[data-part=text]", made).textContent = note.text;
    one("[data-part=word]", made).textContent = `${button.textContent.trim()}: `;
    sign(made, one("use", button).getAttribute("href").split("#i-")[1]);
    one("button", made).value = note.id;
    one("button", made).setAttribute("aria-label", `Remove: ${note.text.slice(0, 40)}`);
  }

  function personRow(person, made) {
    made.dataset.name = person.name;
    one("[data-part=name]", made).textContent = person.name;
    one("[data-part=about]", made).textContent = person.about;
    one("input[name=name]", made).value = person.name;
    const select = one("select", made);
    select.setAttribute("aria-label", select.getAttribute("aria-label").replace(/ \?$/, ` ${person.name}?`));
    select.value = person.name_permission || "not_asked";
    one("[data-plain]", made).hidden = true;
    const out = one(".btn-text", made);
    out?.setAttribute("aria-label", `Remove ${person.name}`);
    if (out) out.hidden = Boolean(person.fixed);
  }

  function bothRow(met, made) {
    for (const name of ["say", "first", "later"]) one(`[data-part=${name}]`, made).textContent = met[name] || "Removed";
    made.elements.both.value = met.id;
  }

  // What another device wrote is shown, unless this one is writing there.
  function drawClose(s) {
    for (const name of ["may_connect", "may_stay_in_touch"]) {
      for (const radio of all(`input[name="${name}"]`)) radio.checked = radio.value === s[name];
    }
    const box = form.elements.summary;
    if (document.activeElement !== box && !summaryTimer) { box.value = s.summary; seen = s.summary; }
  }

  function drawSaved() {
    const { text, state, why } = queue.saying(), place = one("[data-saved]");
    const said = text || (hasSent ? "Saved" : "");
    if (place.textContent !== said || place.dataset.state !== state) {
      place.textContent = said;
      place.dataset.state = state;
      if (why === "signed-out") place.append(" ", loginLink());
    }
  }

  function loginLink() {
    const link = document.createElement("a");
    link.href = `${main.dataset.login}?next=${encodeURIComponent(main.dataset.live)}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in again";
    return link;
  }

  function drawEnd(s) {
    drawSaved();
    if (!queue.acts.length && s.status === "completed" && view !== "done") return location.assign(main.dataset.debrief);
    if (view === "done" || !one("[data-ending]").hidden) return;
    fill("[data-ended]", clock(s.ended));
    for (const part of all("[data-views], .rp-live-notes, .rp-live-list")) part.hidden = true;
    one("[data-ending]").hidden = false;
  }

  // The goodbye was refused: the page comes back.
  function notEnded() {
    one("[data-ending]").hidden = true;
    for (const part of all(".rp-live-notes, .rp-live-list")) part.hidden = false;
    show(view);
  }

  // --- doing --------------------------------------------------------------------------------------------------------

  let summaryTimer = null, seen = facts.summary, hasSent = queue.acts.length > 0;
  const draftKey = `${queue.key}:draft`;

  // Everything that was typed and not taken yet, at every stroke: it outlives a reload and a browser that falls over.
  function keepDraft() {
    const { elements } = form, draft = {};
    for (const name of ["text", "added", "name", "about"]) if (elements[name].value) draft[name] = elements[name].value;
    if (draft.name) draft.name_permission = elements.name_permission.value;
    if (elements.summary.value !== seen) Object.assign(draft, { summary: elements.summary.value, was: seen });
    try {
      if (Object.keys(draft).length) localStorage.setItem(draftKey, JSON.stringify(draft));
      else localStorage.removeItem(draftKey);
    } catch { /* storage may be full or shut; the box itself still holds it */ }
  }

  function putBack() {
    let draft = null;
    try { draft = JSON.parse(localStorage.getItem(draftKey)); } catch { /* nothing readable was kept */ }
    if (!draft || typeof draft !== "object") return;
    for (const name of ["text", "added", "name", "about"]) form.elements[name].value ||= draft[name] || "";
    if (draft.name_permission) form.elements.name_permission.value = draft.name_permission;
    if (draft.summary === undefined) return;
    form.elements.summary.value = draft.summary;
    seen = draft.was;
    takeSummary();
  }

  function doIt(name, fields = {}) {
    hasSent = true;
    return queue.add(name, fields, Math.round(now()));
  }

  // Whatever is pressed, what was typed goes along, first.
  function takeTyped(kind) {
    const { text, added, name, about, name_permission: permission, question } = form.elements;
    if (text.value.trim()) {
      doIt("note", { text: text.value, kind: kind || "note", question: question.value });
      text.value = "";
    }
    if (added.value.trim()) {
      at = doIt("add", { added: added.value.trim() });
      added.value = "";
    }
    if (name.value.trim()) {
      doIt("person", { name: name.value.trim(), about: about.value.trim(), name_permission: permission.value, ...seenOf(name.value.trim()) });
      name.value = about.value = "";
      permission.value = "not_asked";
    }
    takeSummary();
    keepDraft();
  }

  function takeSummary() {
    clearTimeout(summaryTimer);
    summaryTimer = null;
    const value = form.elements.summary.value;
    if (value === seen) return;
    doIt("close", { summary: value, was: seen });
    seen = value;
    keepDraft();
  }

  const SEEN = { may_connect: "was_connect", may_stay_in_touch: "was_in_touch" };
  const PRESS = {
    keep: () => {},
    note: () => {},
    add: () => { if (view === "talk") one("[data-question]").scrollIntoView({ block: "center" }); },
    person: () => form.elements.name.focus(),
    tick: (question) => { doIt("tick", { question }); at = null; },
    skip: (question) => { doIt("skip", { question }); at = null; },
    reopen: (question) => { doIt("reopen", { question }); at = question; },
    drop: (_, button) => doIt("drop", { note: button.value }),
    start: (_, button) => { doIt("start", button.value ? { agreed: "1" } : {}); wake(); show("talk"); },
    again: () => doIt("again"),
    more: () => { doIt("more"); isChosen = false; show("talk"); },
    less: () => doIt("less"),
    end: (_, button) => doIt("end", button.value ? { agreed: "1" } : {}),
  };

  form?.addEventListener("submit", (event) => {
    const button = event.submitter, name = (button?.formAction || form.action).split("/").at(-2);
    if (!PRESS[name]) return;
    event.preventDefault();
    const question = form.elements.question.value;
    takeTyped(name === "note" ? button.value : "note");
    PRESS[name](question, button);
    draw();
  });

  // What this device showed of somebody before: the server tells by it what another device wrote meanwhile.
  function seenOf(name) {
    const known = truth().people.find((person) => isSame(person, { name }));
    return { was_about: known?.about || "", was_permission: known?.name_permission || "" };
  }

  document.addEventListener("submit", (event) => {
    const row = event.target;
    if (form && row.closest("[data-both]")) {
      event.preventDefault();
      doIt("settle", { both: row.elements.both.value });
      return draw();
    }
    if (!row.matches("[data-person]")) return;
    event.preventDefault();
    const isOut = event.submitter?.formAction.endsWith("/unname/");
    doIt(isOut ? "unname" : "person", personFields(row, isOut));
    draw();
  });

  function personFields(row, isOut) {
    const name = row.elements.name.value;
    return isOut ? { name, ...seenOf(name) } : { name, name_permission: row.elements.name_permission.value, ...seenOf(name) };
  }

  document.addEventListener("change", (event) => {
    const { target } = event, row = target.closest("[data-person]");
    if (row && target.matches("select")) doIt("person", personFields(row));
    else if (target === form?.elements.name_permission) return keepDraft();
    else if (target.matches("input[name^=may_]")) doIt("close", { [target.name]: target.value, [SEEN[target.name]]: truth()[target.name] });
    else return;
    draw();
  });

  document.addEventListener("input", (event) => {
    if (form && event.target.form === form) keepDraft();
    if (event.target !== form?.elements.summary) return;
    clearTimeout(summaryTimer);
    summaryTimer = setTimeout(() => { takeSummary(); draw(); }, 1000);
  });

  // On a phone the page folds up around what is typed (components.css): what was scrolled away comes back into sight.
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches("main .form-control")) target.scrollIntoView({ block: "nearest", behavior: "instant" });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.target !== form?.elements.text) return;
    event.preventDefault();
    form.requestSubmit(one(".rp-quick button"));
  });

  document.addEventListener("click", (event) => {
    if (!form || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("[data-show], [data-go], [data-questions] a");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.show) { isChosen = true; show(link.dataset.show); return main.focus({ preventScroll: false }); }
    takeTyped();
    if (link.dataset.go !== undefined) go(Number(link.dataset.go));
    else at = link.closest("li").dataset.id;
    if (view !== "talk") { isChosen = true; show("talk"); } else draw();
  });

  function go(step) {
    const s = truth(), row = current(s);
    if (!step) at = null;
    else at = (row ? s.questions[s.questions.indexOf(row) + step] : s.questions.at(-1))?.id || null;
  }

  // --- the server, the other device, the screen ---------------------------------------------------------------------

  queue.addEventListener("state", (event) => {
    facts = event.detail;
    offset = facts.now - Date.now();
    draw();
  });
  queue.addEventListener("change", () => draw());
  queue.addEventListener("refused", (event) => {
    const { act, say } = event.detail;
    if (act.name === "note" && form) form.elements.text.value = [act.fields.text, form.elements.text.value].filter(Boolean).join("\n");
    window.Rapport.tell?.(say);
  });

  function look() {
    if (!document.hidden && !queue.acts.length) queue.refresh();
  }

  let lock = null;
  async function wake() {
    if (!navigator.wakeLock || lock || document.hidden || !facts.started && !truth().started) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => { lock = null; });
    } catch { /* the battery is low, or it is not allowed: the talk goes on */ }
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); wake(); } });
  window.addEventListener("pagehide", () => { if (form && summaryTimer) takeSummary(); });

  if (form) {
    for (const part of all("[data-plain]")) part.hidden = true;
    offerBuzz();
    at = new URLSearchParams(location.search).get("q");
    isChosen = new URLSearchParams(location.search).has("show");
    putBack();
    setInterval(() => { const s = truth(); if (!s.isEnding) runClock(s); }, 1000);
    setInterval(look, LOOK);
    wake();
  }
  draw();
  if (main.dataset.kept) queue.kept().then(begunFrom);
  else document.addEventListener("offline:kept", () => queue.keep(facts));
  queue.send();

  // This page is a copy that was saved on the device: go on from what the server said last.
  function begunFrom(kept) {
    if (kept) { facts = kept; offset = kept.offset; }
    draw();
    if (["closing", "over"].includes(phase) && view === "talk" && !isChosen) show("closing");
    queue.refresh();
  }
})();
