// The schedule: one time of a shift is moved by dragging it, or with M, the arrow keys and Enter. Forms do the same.
"use strict";

(() => {
  const week = document.getElementById("week");
  if (!week || !week.dataset.moves) return;
  const form = document.querySelector("form[action*='/shifts/ID/move']");
  const said = document.getElementById("moving");
  const days = [...week.querySelectorAll(".day")];
  const QUARTERS = 96;
  let held = null;  // {turn, day: index, begins: minutes, grab: minutes, ghost}

  const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

  function pickUp(turn, grab) {
    const ghost = document.createElement("li");
    const day = days.indexOf(turn.closest(".day"));
    held = { turn, day, from: day, begins: Number(turn.dataset.begins), grab, ghost };
    turn.classList.add("held");
  }

  function show(day, begins) {
    held.day = Math.min(Math.max(day, 0), days.length - 1);
    held.begins = Math.min(Math.max(begins, 0), 24 * 60 - 15);
    const first = Math.floor(held.begins / 15);
    const span = Math.max(1, Math.min(QUARTERS - first, Math.round(Number(held.turn.dataset.minutes) / 15)));
    held.ghost.className = `turn ghost r${first} s${span}`;
    held.ghost.textContent = clock(held.begins);
    const list = days[held.day].querySelector(".turns");
    if (held.ghost.parentElement !== list) list.append(held.ghost);
  }

  function letGo() {
    held.turn.classList.remove("held");
    held.ghost.remove();
    held = null;
  }

  function putDown() {
    const { turn, day, from, begins } = held;
    if (day === from && begins === Number(turn.dataset.begins)) {
      said.textContent = week.dataset.left;
      return letGo();
    }
    form.action = form.getAttribute("action").replace("/ID/", `/${turn.dataset.shift}/`);
    form.elements.day.value = turn.dataset.day;
    form.elements.to.value = days[day].dataset.day;
    form.elements.at.value = clock(begins);
    form.requestSubmit();
  }

  for (const turn of week.querySelectorAll("[data-shift]")) {
    turn.draggable = true;
    turn.querySelector("a").draggable = false;
    turn.addEventListener("dragstart", (event) => {
      const box = turn.getBoundingClientRect();
      const share = (event.clientY - box.top) / Math.max(1, box.height);
      pickUp(turn, share * Math.min(Number(turn.dataset.minutes), 24 * 60 - Number(turn.dataset.begins)));
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", turn.dataset.day);
    });
    turn.addEventListener("dragend", () => { if (held) letGo(); });
  }

  for (const [index, day] of days.entries()) {
    const list = day.querySelector(".turns");
    const over = (event) => {
      if (!held) return;
      event.preventDefault();
      const box = list.getBoundingClientRect();
      const minutes = (event.clientY - box.top) / box.height * 24 * 60 - held.grab;
      show(index, Math.round(minutes / 15) * 15);
    };
    day.addEventListener("dragover", over);
    day.addEventListener("drop", (event) => {
      if (!held) return;
      event.preventDefault();
      over(event);
      putDown();
    });
  }

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -15], ArrowDown: [0, 15] };

  week.addEventListener("keydown", (event) => {
    const turn = event.target.closest("[data-shift]");
    if (!turn || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!held && event.key.toLowerCase() === "m") {
      event.preventDefault();
      pickUp(turn, 0);
      said.textContent = week.dataset.held;
    } else if (held && STEPS[event.key]) {
      event.preventDefault();
      const [day, minutes] = STEPS[event.key];
      show(held.day + day, held.begins + minutes * (event.shiftKey ? 4 : 1));
      const title = days[held.day].querySelector("h3").textContent.trim();
      said.textContent = `${title}, ${clock(held.begins)}`;
    } else if (held && event.key === "Enter") {
      event.preventDefault();
      putDown();
    } else if (held && event.key === "Escape") {
      said.textContent = week.dataset.left;
      letGo();
    }
  });
})();
