// The week of half hours: what a script makes kinder. Each half hour is a checkbox, and everything works without this.
//   #week-grid   one tab stop: arrows, Home, End, Space; Shift and an arrow chooses more, also on other days
//                a mouse drags down a column; a finger holds first, so that a swipe still scrolls
//                the first cell of what is chosen says from when to when
//   #picked      the list beside it: fetched again after each change ("week-chosen"), for its words are the server's
//   Remove       takes the half hours out at once, without a new page
// A week that stands for every week is drawn on in the same way.
(() => {
  "use strict";
  const grid = document.getElementById("week-grid");
  const form = grid?.closest("form");
  if (!form) return;
  const HALF_HOUR = 18e5;
  const HOLD = 350;
  const SLIP = 8;
  const boxes = [...grid.querySelectorAll(".rp-slot")];
  const columnOf = (box) => Number(/rp-d(\d)/.exec(box.parentElement.className)[1]);
  const columns = new Map();
  for (const box of boxes) columns.set(columnOf(box), [...(columns.get(columnOf(box)) || []), box]);
  const rowOf = (box) => box.closest("tr").rowIndex;
  const instant = (name) => Date.parse(name.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5Z"));
  document.querySelector("[data-skip-week]")?.setAttribute("hidden", "");
  for (const said of form.querySelectorAll("[data-with-script]")) said.hidden = false;

  // --- what the cells and the strip say
  function say() {
    for (const [number, column] of columns) {
      let count = 0;
      let first = null;
      let before = null;
      for (const box of column) {
        box.parentElement.querySelector("[data-span]")?.remove();
        const follows = before && instant(box.value) - instant(before.value) === HALF_HOUR;
        if (!box.checked) {
          first = null;
        } else {
          if (!first || !follows) {
            first = box;
            count += 1;
          }
          write(first, box);
        }
        before = box;
      }
      const label = document.getElementById(`day-${number}`)?.closest("label");
      label?.classList.toggle("has-times", count > 0);
      const words = label?.querySelector("[data-count]");
      if (words) words.textContent = count ? `, ${count} ${count === 1 ? "time" : "times"} chosen` : "";
    }
  }
  function write(first, last) {
    const cell = first.parentElement;
    let span = cell.querySelector("[data-span]");
    if (!span) {
      span = document.createElement("span");
      span.className = "rp-cell-say";
      span.dataset.span = "";
      span.setAttribute("aria-hidden", "true");
      cell.append(span);
    }
    span.textContent = `${first.closest("tr").dataset.begins}–${last.closest("tr").dataset.ends}`;
  }
  function changed() {
    say();
    form.dispatchEvent(new CustomEvent("week-chosen"));
    form.querySelector("[name=slot]").dispatchEvent(new Event("input", { bubbles: true })); // what is drawn is saved, too
  }
  grid.addEventListener("change", changed);
  // autosave.js put back what this browser had kept: the list follows, once htmx listens.
  form.addEventListener("autosave:restored", () => {
    say();
    setTimeout(() => form.dispatchEvent(new CustomEvent("week-chosen")));
  });

  // --- one tab stop
  let stop = null;
  function stopAt(box) {
    if (stop) stop.tabIndex = -1;
    stop = box;
    stop.tabIndex = 0;
  }
  for (const box of boxes) box.tabIndex = -1;
  const shown = Number(form.querySelector("[name=day]:checked")?.value) || 1;
  const start = boxes.find((box) => box.checked) || columns.get(shown)?.[0] || boxes[0];
  if (start) stopAt(start);
  grid.addEventListener("focusin", (event) => event.target.matches(".rp-slot") && stopAt(event.target));
  form.addEventListener("change", (event) => {
    if (event.target.name !== "day") return;
    const column = columns.get(Number(event.target.value));
    if (column) stopAt(column.find((box) => box.checked) || column[0]);
  });

  function go(box) {
    if (!box) return;
    if (!box.offsetParent) document.getElementById(`day-${columnOf(box)}`).checked = true; // a phone shows one day
    box.focus();
  }
  function vertically(box, step) {
    const column = columns.get(columnOf(box));
    return column[column.indexOf(box) + step];
  }
  // The same hour of the next day that has one to choose; of a day on which it has none, the hour nearest to it.
  function sideways(box, step) {
    for (let number = columnOf(box) + step; number >= 1 && number <= 7; number += step) {
      const column = columns.get(number);
      if (column) return column.reduce((best, each) => (apart(each, box) < apart(best, box) ? each : best));
    }
    return null;
  }
  const apart = (one, other) => Math.abs(rowOf(one) - rowOf(other));
  function end(box, step) {
    let last = box;
    for (let next = box; next; next = sideways(next, step)) last = next;
    return last;
  }
  const KEYS = {
    ArrowUp: (box) => vertically(box, -1),
    ArrowDown: (box) => vertically(box, 1),
    ArrowLeft: (box) => sideways(box, -1),
    ArrowRight: (box) => sideways(box, 1),
    Home: (box) => end(box, -1),
    End: (box) => end(box, 1),
  };
  grid.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches(".rp-slot") || !KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = KEYS[event.key](box);
    if (next && event.shiftKey && event.key.startsWith("Arrow") && next.checked !== box.checked) {
      next.checked = box.checked;
      changed();
    }
    go(next);
  });

  // --- dragging
  let drag = null;
  let swallow = false; // the click that follows what was drawn already
  let hold = 0;
  function begin(box) {
    const column = columns.get(columnOf(box));
    drag = { column, from: column.indexOf(box), value: !box.checked, before: column.map((each) => each.checked) };
    swallow = true;
    draw(box);
  }
  function draw(box) {
    const to = drag.column.indexOf(box);
    if (to < 0) return;
    const [low, high] = [Math.min(drag.from, to), Math.max(drag.from, to)];
    drag.column.forEach((each, place) => {
      each.checked = place >= low && place <= high ? drag.value : drag.before[place];
    });
    say();
  }
  // The box of the dragged column at this height: the pointer may wander sideways.
  function under(y) {
    return drag.column.find((box) => {
      const edge = box.getBoundingClientRect();
      return y >= edge.top && y < edge.bottom;
    });
  }
  function finish() {
    clearTimeout(hold);
    hold = 0;
    if (!drag) return;
    drag = null;
    changed();
    setTimeout(() => { swallow = false; });
  }
  grid.addEventListener("pointerdown", (event) => {
    const box = event.target.closest(".rp-slot");
    if (!box || event.button || !event.isPrimary) return;
    swallow = false;
    if (event.pointerType !== "touch") return begin(box);
    const { clientX, clientY } = event;
    grid.dataset.x = clientX;
    grid.dataset.y = clientY;
    clearTimeout(hold);
    hold = setTimeout(() => begin(box), HOLD);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag) {
      const box = under(event.clientY);
      if (box) draw(box);
    } else if (hold && Math.hypot(event.clientX - grid.dataset.x, event.clientY - grid.dataset.y) > SLIP) {
      clearTimeout(hold); // a swipe: it scrolls
      hold = 0;
    }
  });
  document.addEventListener("pointerup", finish);
  document.addEventListener("pointercancel", finish);
  grid.addEventListener("touchmove", (event) => drag && event.cancelable && event.preventDefault(), { passive: false });
  grid.addEventListener("contextmenu", (event) => (drag || hold) && event.preventDefault());
  grid.addEventListener("dragstart", (event) => event.preventDefault());
  grid.addEventListener("click", (event) => {
    if (!swallow || !event.detail) return;
    event.preventDefault(); // the box keeps what was drawn
    swallow = false;
  });

  // --- removing
  document.getElementById("picked").addEventListener("click", (event) => {
    const button = event.target.closest("[name=remove]");
    if (!button) return;
    event.preventDefault();
    const [from, to] = button.value.split("/").map(instant);
    for (const field of form.querySelectorAll("[name=slot]")) {
      const at = instant(field.value);
      if (!(at >= from && at < to)) continue; // nor the empty one, which says that none may be chosen
      if (field.type === "hidden") field.remove();
      else field.checked = false;
    }
    for (const field of form.querySelectorAll("[name=span]")) if (field.value === button.value) field.remove();
    document.getElementById("picked-h").focus();
    changed();
  });

  say();
})();
