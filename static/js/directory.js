// Find people: when the list is swapped, keep open what the reader has opened, and the focus where it was.
// The page works without this. It is part of js/rapport.js (apps/web/bundles.py), and does nothing on another page.
(function () {
  "use strict";
  if (!document.getElementById("finder")) return;
  let open = new Map();
  let focused = "";

  document.addEventListener("htmx:beforeSwap", function () {
    open = new Map();
    focused = document.activeElement ? document.activeElement.id : "";
    document.querySelectorAll("#finder details[id]").forEach(function (fold) {
      open.set(fold.id, fold.open);
    });
  });

  document.addEventListener("htmx:afterSwap", function () {
    open.forEach(function (isOpen, id) {
      const fold = document.getElementById(id);
      if (fold) fold.open = isOpen;
    });
    const again = focused && document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  });
})();
