// Now is heard: a sound and the title of the tab, when an alert comes that was not there before.
"use strict";

(() => {
  const live = document.getElementById("live");
  const button = document.getElementById("sound");
  const heard = document.getElementById("heard");
  const stale = document.getElementById("stale");
  const title = document.title;
  let known = told();
  let sound = null;
  let news = Date.now();

  // Each alert with how often the leads were told of it: what is told again is heard again.
  function told() {
    return new Set(document.getElementById("news").dataset.told.split(" ").filter(Boolean));
  }

  function beep() {
    if (!sound) return;
    for (const [start, height] of [[0, 660], [0.25, 880]]) {
      const tone = sound.createOscillator();
      const loud = sound.createGain();
      tone.frequency.value = height;
      loud.gain.setValueAtTime(0.2, sound.currentTime + start);
      loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + 0.22);
      tone.connect(loud).connect(sound.destination);
      tone.start(sound.currentTime + start);
      tone.stop(sound.currentTime + start + 0.24);
    }
  }

  function show() {
    const open = told();
    const count = Number(document.getElementById("news").dataset.count);
    document.title = count ? `(${count}) ${title}` : title;
    if ([...open].some((one) => !known.has(one))) {
      heard.textContent = document.getElementById("news").dataset.says;
      beep();
    }
    known = open;
  }

  button.addEventListener("click", () => {
    // Browsers make sound only after somebody asked for it.
    sound = sound ? (sound.close(), null) : new AudioContext();
    button.setAttribute("aria-pressed", String(Boolean(sound)));
    button.textContent = sound ? button.dataset.on : button.dataset.off;
    beep();
  });

  live.addEventListener("htmx:after:swap", () => {
    news = Date.now();
    stale.hidden = true;
    show();
  });
  setInterval(() => { stale.hidden = Date.now() - news < 30000; }, 5000);
  show();
})();
