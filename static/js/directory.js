// Find people: when the list is swapped, keep open what the reader has opened. The page works without this.
(function () {
  "use strict";
  let open = new Map();

  document.addEventListener("htmx:beforeSwap", function () {
    open = new Map();
    document.querySelectorAll("#finder details[id]").forEach(function (fold) {
      open.set(fold.id, fold.open);
    });
  });

  document.addEventListener("htmx:afterSwap", function () {
    open.forEach(function (isOpen, id) {
      const fold = document.getElementById(id);
      if (fold) fold.open = isOpen;
    });
  });
})();
