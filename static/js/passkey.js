// Lets a button talk with a passkey through allauth's own scripts, and says in words when it did not answer.
//   <button data-key="addForm" data-credential="id of the hidden field">, and the data as json_script "js_data"
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-key]");
  const ids = { add: button.id, authenticate: button.id, credential: button.dataset.credential, data: "js_data" };
  window.allauth.webauthn.forms[button.dataset.key]({ ids });
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  window.Rapport.tell("Your key didn’t respond, or you stopped it. Try again.");
});
