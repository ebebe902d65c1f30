// Prepare: what a script makes kinder. Everything here also works with buttons and whole pages.
//   #plan           swapped by htmx after each act: folds that are open keep what is typed in them, the focus stays,
//                   and #plan-did is said in #plan-status
//   .rp-grip        drags its question to another place
//   [data-print]    opens the printer
(() => {
  "use strict";
  const plan = document.getElementById("plan");

  window.addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("[data-print-open]")) fold.open = true;
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  if (!plan) return;

  // --- across a swap: what is open, what is typed, where the focus was
  let open = new Map();
  let focused = "";
  const ours = (event) => event.detail.target === plan;
  const folds = () => plan.querySelectorAll("details[id]");
  const fields = (fold) => fold.querySelectorAll("[name]:not([type=hidden]):not(button)");

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event)) return;
    const sent = event.detail.requestConfig.elt;
    open = new Map();
    focused = document.activeElement?.id || "";
    for (const fold of folds()) {
      if (fold.open && !fold.contains(sent)) open.set(fold.id, [...fields(fold)].map((field) => [field.id, field.value]));
    }
    const own = plan.querySelector("#id_text");
    if (own?.value && !own.form.contains(sent)) open.set("", [[own.id, own.value]]);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!ours(event)) return;
    for (const [id, values] of open) {
      const fold = id && document.getElementById(id);
      if (fold) fold.open = true;
      for (const [name, value] of values) {
        const field = document.getElementById(name);
        if (field) field.value = value;
      }
    }
    refocus();
    const did = document.getElementById("plan-did");
    if (did) document.getElementById("plan-status").textContent = did.textContent;
    scrollToTab();
  });

  // A button that has reached the end of the list is disabled; the one beside it takes the focus. What was added or
  // saved is gone from where it was; its question, or the first of the bank, takes it.
  function refocus() {
    if (!focused || plan.querySelector("[data-focus]")) return;
    const again = document.getElementById(focused);
    if (again && !again.disabled) return again.focus({ preventScroll: true });
    if (again) return again.parentElement.querySelector("button:not([disabled]):not([aria-pressed])").focus({ preventScroll: true });
    if (focused.startsWith("bank-")) plan.querySelector(".rp-bank button")?.focus({ preventScroll: true });
  }

  function scrollToTab() {
    const tab = plan.querySelector(".rp-views [aria-current]");
    const bar = tab?.closest(".rp-views");
    if (bar) bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - 16;
  }
  scrollToTab();

  // --- drag by the grip; the arrows beside it do the same
  let drag = null;
  plan.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".rp-grip");
    if (!grip || event.button) return;
    event.preventDefault();
    const row = grip.closest(".rp-q");
    drag = { row, list: row.parentElement, from: place(row), pointer: event.pointerId };
    grip.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
  });

  plan.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const others = [...drag.list.children].filter((other) => other !== drag.row);
    const before = others.find((other) => {
      const box = other.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    if (before !== drag.row.nextElementSibling) drag.list.insertBefore(drag.row, before || null);
  });

  for (const kind of ["pointerup", "pointercancel"]) {
    plan.addEventListener(kind, (event) => {
      if (!drag || event.pointerId !== drag.pointer) return;
      const { row, from, list } = drag;
      drag = null;
      row.classList.remove("is-dragged");
      if (kind === "pointercancel") list.insertBefore(row, list.children[from - 1 + (place(row) < from ? 1 : 0)] || null);
      else if (place(row) !== from) send(row);
    });
  }

  const place = (row) => [...row.parentElement.children].indexOf(row) + 1;

  function send(row) {
    const shown = plan.querySelector("[name=shown]").value;
    window.htmx.ajax("POST", row.dataset.url, {
      source: row, target: plan, swap: "innerHTML", values: { act: "move", to: place(row), shown },
    });
  }
})();
