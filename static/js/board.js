// The board of phases: somebody is dragged into another column. It fills in and sends the form that stands on the card,
// so without this one chooses the phase there and presses Move.
"use strict";

const board = document.getElementById("board");
let dragged = null;

for (const card of board.querySelectorAll(".rp-col li")) {
  card.draggable = true;
  card.addEventListener("dragstart", function (event) {
    dragged = card;
    card.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  card.addEventListener("dragend", function () {
    card.classList.remove("is-dragged");
    dragged = null;
    over(null);
  });
}

for (const column of board.querySelectorAll("[data-phase]")) {
  column.addEventListener("dragover", function (event) {
    if (!dragged) return;
    event.preventDefault();
    over(column);
  });
  column.addEventListener("drop", function (event) {
    event.preventDefault();
    if (dragged && dragged.closest("[data-phase]") !== column) move(dragged, column.dataset.phase);
  });
}

function move(card, phase) {
  const form = card.querySelector("form");
  form.querySelector("[name=phase]").value = phase;
  form.requestSubmit();
}

function over(column) {
  for (const one of board.querySelectorAll(".is-over")) one.classList.remove("is-over");
  if (column) column.classList.add("is-over");
}
