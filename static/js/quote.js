// Words marked in a letter become what the comment beside them is about. Without this one copies them into the field.
"use strict";

document.addEventListener("mouseup", quote);
document.addEventListener("touchend", quote);

function quote() {
  const selection = document.getSelection();
  const words = selection.toString().trim();
  const row = words && selection.anchorNode.parentElement.closest(".rp-annot-row");
  const text = row && row.querySelector("[data-words]");
  const fold = row && row.querySelector("details[data-new]");
  if (!fold || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return;
  fold.open = true;
  fold.querySelector("[name=anchor]").value = words.slice(0, 300);
}
