// The player of a story: keys for play, skip and speed; its drawing shows where one is, and what is cut off.
"use strict";

(() => {
  const player = document.getElementById("player");
  if (!player) return;
  const audio = document.getElementById("audio");
  const wave = document.getElementById("wave");
  const position = document.getElementById("position");
  const speed = document.getElementById("speed");
  const play = document.getElementById("play");
  const head = document.getElementById("f-head");
  const tail = document.getElementById("f-tail");
  const cut = { head: Number(player.dataset.head), tail: Number(player.dataset.tail) };
  const width = wave ? wave.viewBox.baseVal.width : 0;

  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(player.dataset.seconds)) || 1;
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const typed = (field) => Number(field.value.replace(",", ".")) || 0;

  // What is cut off is counted from the whole sound; what is drawn and played has lost some of it already.
  const begins = () => (head ? Math.min(Math.max(0, typed(head) - cut.head), length()) : 0);
  const ends = () => (tail ? Math.max(0, length() - Math.max(0, typed(tail) - cut.tail)) : length());

  function show() {
    const at = audio.currentTime;
    position.max = length();
    position.value = at;
    position.setAttribute("aria-valuetext", `${clock(at)} / ${clock(length())}`);
    document.getElementById("time").textContent = clock(at);
    document.getElementById("length").textContent = clock(length());
    play.textContent = audio.paused ? play.dataset.play : play.dataset.pause;
    if (wave) document.getElementById("played").setAttribute("width", (at / length()) * width);
  }

  function showCut() {
    if (!wave || !head) return;
    const from = (begins() / length()) * width;
    const to = (ends() / length()) * width;
    document.getElementById("cut-head").setAttribute("width", from);
    document.getElementById("cut-tail").setAttribute("x", to);
    document.getElementById("cut-tail").setAttribute("width", Math.max(0, width - to));
  }

  function go(to) {
    audio.currentTime = Math.min(Math.max(0, to), length());
    show();
  }

  function toggle() {
    if (!audio.paused) {
      audio.pause();
      return;
    }
    if (audio.currentTime >= ends() - 0.05 || audio.currentTime < begins()) audio.currentTime = begins();
    audio.play().catch(() => {});
  }

  function faster(step) {
    speed.selectedIndex = Math.min(Math.max(0, speed.selectedIndex + step), speed.options.length - 1);
    audio.playbackRate = Number(speed.value);
  }

  function beginHere() {
    if (!head) return;
    head.value = (cut.head + audio.currentTime).toFixed(1);
    showCut();
  }

  function endHere() {
    if (!tail) return;
    tail.value = (cut.tail + Math.max(0, length() - audio.currentTime)).toFixed(1);
    audio.pause();
    showCut();
  }

  const KEYS = {
    " ": toggle, k: toggle, ArrowLeft: () => go(audio.currentTime - 5), ArrowRight: () => go(audio.currentTime + 5),
    j: () => go(audio.currentTime - 5), l: () => go(audio.currentTime + 5), ArrowUp: () => faster(1),
    ArrowDown: () => faster(-1), Home: () => go(0), i: beginHere, o: endHere,
  };

  // Letters are keys only while the player has the focus, so that whoever dictates or reads aloud presses none.
  player.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const pressed = event.target.closest("button, summary, select");
    if (!act || (pressed && (event.key === " " || pressed === speed))) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!audio.paused) audio.currentTime = Math.max(0, audio.currentTime - 1);  // the last word, once more
    toggle();
  });

  // An address lasts for minutes: when it is too old, another is asked for, and the story goes on where it was.
  let asked = 0;
  async function fetchAgain() {
    const at = audio.currentTime;
    const stuck = document.getElementById("stuck");
    if (Date.now() - asked < 5000) {
      stuck.hidden = false;
      return;
    }
    asked = Date.now();
    try {
      const response = await fetch(player.dataset.address, { credentials: "same-origin" });
      if (!response.ok || response.redirected) throw new Error("no address");
      const playing = !audio.paused;
      audio.src = await response.text();
      audio.currentTime = at;
      audio.playbackRate = Number(speed.value);
      stuck.hidden = true;
      if (playing) audio.play().catch(() => {});
    } catch {
      stuck.hidden = false;
    }
  }

  audio.addEventListener("error", fetchAgain);
  for (const name of ["timeupdate", "loadedmetadata", "play", "pause", "ended", "seeked"]) {
    audio.addEventListener(name, show);
  }
  audio.addEventListener("loadedmetadata", showCut);
  audio.addEventListener("timeupdate", () => {
    if (!audio.paused && audio.currentTime >= ends()) audio.pause();  // what is cut off is not heard
  });
  position.addEventListener("input", () => go(Number(position.value)));
  play.addEventListener("click", toggle);
  speed.addEventListener("change", () => faster(0));
  for (const button of player.querySelectorAll("[data-skip]")) {
    button.addEventListener("click", () => go(audio.currentTime + Number(button.dataset.skip)));
  }
  if (wave) {
    wave.addEventListener("click", (event) => {
      const box = wave.getBoundingClientRect();
      go(((event.clientX - box.left) / box.width) * length());
    });
  }
  for (const [id, act] of [["begin-here", beginHere], ["end-here", endHere]]) {
    const button = document.getElementById(id);
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", act);
  }
  for (const field of [head, tail]) if (field) field.addEventListener("input", showCut);

  audio.controls = false;
  audio.hidden = true;
  document.getElementById("controls").hidden = false;
  show();
  showCut();
})();
