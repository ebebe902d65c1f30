// Saying the introduction aloud: a timer, and a recording that never leaves this browser.
//
//   [data-rehearse]   the section; inside it
//   [data-record] [data-start] [data-stop] [data-again]   its buttons
//   [data-clock] [data-spoken]   the seconds, as a clock and as a bar
//   [data-at="9"]     a sentence, and after how many seconds it begins: what is still to come is grey
//   [data-takes]      the tries of this visit, each made of <template data-take>
//   [data-said]       what happened, for everybody and for the reader of a screen
// A recording is a Blob in memory: nothing here sends anything anywhere, and it is gone with the page.
(() => {
  "use strict";
  const place = document.querySelector("[data-rehearse]");
  if (!place) return;
  const LONGEST = 300; // seconds; then somebody went away and left it running
  const part = (name) => place.querySelector(`[data-${name}]`);
  const [record, start, stop, again] = ["record", "start", "stop", "again"].map(part);
  const canRecord = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  let begun = 0, beat = 0, tries = 0, recorder = null, playing = null;
  record.hidden = !canRecord;

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const spoken = () => Math.floor((performance.now() - begun) / 1000);
  const say = (text) => { part("said").textContent = text; };

  function show(seconds, running) {
    part("clock").textContent = clock(seconds);
    part("spoken").value = Math.min(seconds, part("spoken").max);
    for (const sentence of place.querySelectorAll("[data-at]")) {
      sentence.classList.toggle("is-ahead", running && Number(sentence.dataset.at) > seconds);
    }
    if (seconds >= LONGEST) finish();
  }

  function buttons(running) {
    record.hidden = running || !canRecord;
    start.hidden = running;
    stop.hidden = again.hidden = !running;
  }

  function begin() {
    begun = performance.now();
    part("started").textContent = `Started at ${new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" })}`;
    part("recording").hidden = !recorder;
    buttons(true);
    show(0, true);
    beat = setInterval(() => show(spoken(), true), 250);
    stop.focus();
  }

  async function beginRecording() {
    silence();
    record.disabled = true;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      recorder = new MediaRecorder(stream);
      const pieces = [];
      recorder.addEventListener("dataavailable", (event) => event.data.size && pieces.push(event.data));
      recorder.start();
      recorder.pieces = pieces;
      say("Recording. It stays on this device.");
    } catch {
      recorder = null;
      say("We can’t use a microphone here. The timer works without one.");
    }
    record.disabled = false;
    begin();
  }

  // Resolves to the recording, or null where there is none.
  function ended() {
    const over = recorder;
    recorder = null;
    if (!over) return Promise.resolve(null);
    return new Promise((resolve) => {
      over.addEventListener("stop", () => {
        for (const track of over.stream.getTracks()) track.stop();
        resolve(new Blob(over.pieces, { type: over.mimeType }));
      });
      over.stop();
    });
  }

  async function finish() {
    if (!beat) return;
    const seconds = spoken();
    clearInterval(beat);
    beat = 0;
    part("recording").hidden = true;
    buttons(false);
    const sound = await ended();
    show(Math.min(seconds, LONGEST), false);
    add(seconds, sound);
    say(`You spoke for ${clock(seconds)}.${seconds > 120 ? " That’s over 2 minutes. What would they not miss?" : ""}`);
    (canRecord && sound ? record : start).focus();
  }

  async function startAgain() {
    clearInterval(beat);
    beat = 0;
    const withSound = Boolean(recorder);
    await ended();
    say("Started again.");
    if (withSound) await beginRecording();
    else begin();
  }

  // --- the tries
  const ORDINALS = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];

  function add(seconds, sound) {
    const row = part("take").content.firstElementChild.cloneNode(true);
    const name = tries < ORDINALS.length ? `${ORDINALS[tries]} try` : `Try ${tries + 1}`;
    const [listen, remove] = [row.querySelector("[data-listen]"), row.querySelector("[data-delete]")];
    const url = sound && sound.size ? URL.createObjectURL(sound) : "";
    tries += 1;
    row.querySelector("[data-name]").textContent = name;
    row.querySelector("[data-length]").textContent = url ? clock(seconds) : `${clock(seconds)}, not recorded`;
    for (const of of row.querySelectorAll("[data-of]")) of.textContent = ` the ${name.toLowerCase()}`;
    listen.hidden = !url;
    listen.addEventListener("click", () => hear(listen, url));
    remove.addEventListener("click", () => {
      const gone = row.classList.toggle("is-gone");
      silence();
      listen.hidden = gone || !url;
      remove.querySelector("[data-verb]").textContent = gone ? "Undo" : "Delete";
      say(gone ? `Deleted the ${name.toLowerCase()}.` : `The ${name.toLowerCase()} is back.`);
    });
    part("takes").prepend(row);
  }

  function hear(button, url) {
    const mine = playing?.button === button;
    silence();
    if (mine) return;
    const sound = new Audio(url);
    playing = { button, sound };
    button.querySelector("[data-verb]").textContent = "Stop";
    sound.addEventListener("ended", silence);
    sound.play().catch(() => { silence(); say("This browser can’t play the recording."); });
  }

  function silence() {
    if (!playing) return;
    playing.sound.pause();
    playing.button.querySelector("[data-verb]").textContent = "Listen";
    playing = null;
  }

  record.addEventListener("click", beginRecording);
  start.addEventListener("click", () => { silence(); begin(); });
  stop.addEventListener("click", finish);
  again.addEventListener("click", startAgain);
  window.addEventListener("pagehide", () => { silence(); ended(); });
})();
