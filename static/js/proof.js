// Calculates for a second or two before a form is sent: a proof that a browser asks, and not a list of requests
// (apps/accounts/proofs.py). Without this one the form stays hidden, and one waits.
//
//   <form data-proof="the task" data-guesses="100" data-rounds="20000" hidden> … <p data-proof-says="…" role="status"></p>
(() => {
  "use strict";
  const form = document.querySelector("[data-proof]"), AT_ONCE = 4, BITS = 48;
  if (!form || !window.crypto || !window.crypto.subtle) return;
  const { proof, rounds, guesses } = form.dataset, says = form.querySelector("[data-proof-says]");
  const button = form.querySelector("button"), bytes = (text) => new TextEncoder().encode(text);
  let isBusy = false;

  async function solve() {
    const key = await crypto.subtle.importKey("raw", bytes(proof), "PBKDF2", false, ["deriveBits"]);
    for (let first = 0; ; first += AT_ONCE) {
      const tried = Array.from({ length: AT_ONCE }, (_, more) => String(first + more));
      const right = await Promise.all(tried.map((guess) => isRight(key, guess)));
      if (right.includes(true)) return tried[right.indexOf(true)];
    }
  }

  async function isRight(key, guess) {
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(guess), iterations: Number(rounds) };
    const result = new Uint8Array(await crypto.subtle.deriveBits(how, key, BITS));
    return result.reduce((number, byte) => number * 256 + byte, 0) < 2 ** BITS / guesses;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    button.setAttribute("aria-disabled", "true");
    says.textContent = says.dataset.proofSays;
    form.elements.proof_answer.value = await solve();
    form.submit();
  });
  window.addEventListener("pageshow", () => {
    isBusy = false;
    button.removeAttribute("aria-disabled");
    says.textContent = "";
  });
  form.hidden = false;
})();
