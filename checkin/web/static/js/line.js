// What every page does by itself: times count on, a form asks before it does what cannot be undone, and Now is heard.
"use strict";

(() => {
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

  function ago(seconds) {
    const [unit, size] = units.find(([, one]) => seconds >= one) || units[3];
    const count = Math.max(0, Math.floor(seconds / size));
    return new Intl.NumberFormat(document.documentElement.lang, {
      style: "unit", unit, unitDisplay: "long",
    }).format(count);
  }

  // The line's clock may run ahead of this one (the practice clock does): the page says what time it is there.
  let ahead = 0;
  function setClock() {
    const clock = [...document.querySelectorAll("[data-now]")].pop();  // the innermost is the newest
    if (clock) ahead = Date.parse(clock.dataset.now) - Date.now();
  }

  function countOn() {
    for (const time of document.querySelectorAll("time[data-since]")) {
      const words = ago((Date.now() + ahead - Date.parse(time.dateTime)) / 1000);
      if (time.textContent !== words) time.textContent = words;
    }
  }

  document.addEventListener("submit", (event) => {
    const asks = event.target.dataset && event.target.dataset.confirm;
    if (asks && !window.confirm(asks)) {
      event.preventDefault();
      return;
    }
    for (const button of event.target.querySelectorAll("button[type=submit]")) {
      setTimeout(() => { button.disabled = true; });  // twice pressed is sent once; after the value was taken
    }
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });

  // Words that are put into a field with one press: data-puts="f-body", the words in data-words. They come after what
  // was typed, and in place of other such words that nobody has changed.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-puts]");
    if (!button) return;
    const field = document.getElementById(button.dataset.puts);
    const typed = field.value === field.dataset.put ? "" : field.value.trimEnd();
    field.value = typed ? `${typed} ${button.dataset.words}` : button.dataset.words;
    if (!typed) field.dataset.put = field.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // What htmx sends says that it comes from a page of ours.
  document.addEventListener("htmx:config:request", (event) => {
    const held = document.querySelector("meta[name=csrf]");
    if (held) event.detail.ctx.request.headers["X-CSRF"] = held.content;
  });

  // On a phone the menu is a strip: where we are is brought into it.
  const here = document.querySelector(".menu [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.clientWidth / 3;

  const mistake = document.getElementById("mistake");
  if (mistake) mistake.focus();
  setClock();
  document.addEventListener("htmx:after:swap", setClock);
  setInterval(countOn, 1000);
})();
