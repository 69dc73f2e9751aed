// A volunteer's phone: what is written survives a lost connection, the newest text is in sight, and news are noticed.
"use strict";

(() => {
  // The page that says that there is no connection: it leaves by itself as soon as we answer.
  function noConnection(links) {
    let leaving = false;
    const leave = () => {
      if (leaving) return;
      leaving = true;
      if (location.pathname !== "/volunteer/offline") location.reload();
      else if (history.length > 1) history.back();
      else location.assign("/volunteer/");
    };
    const look = () => fetch("/volunteer/manifest.webmanifest", { cache: "no-store" }).then(leave, () => setTimeout(look, 3000));
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("online", look);
    setTimeout(look, 3000);  // a page that came while there was no connection is not always told of it
    for (const link of links) {
      link.addEventListener("click", (event) => { event.preventDefault(); leave(); });
    }
  }

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/volunteer/sw.js", { scope: "/volunteer/" }).catch(() => {});
  }

  const links = document.querySelectorAll("[data-back]");
  if (links.length) {
    noConnection(links);
    return;
  }

  // Drafts: in this tab alone, until it is closed. A draft keeps the id of its form, so that sending it again after
  // an answer that got lost is not a second text.
  const field = document.querySelector("textarea[data-draft]");
  if (field) {
    const form = field.form.elements.namedItem("form");
    const key = `draft ${field.dataset.draft}`;
    const kept = JSON.parse(sessionStorage.getItem(key) || "null");
    if (kept && kept.form === field.dataset.sent) sessionStorage.removeItem(key);
    else if (kept && !field.value) { field.value = kept.words; form.value = kept.form; }
    const keep = () => {
      if (field.value) sessionStorage.setItem(key, JSON.stringify({ form: form.value, words: field.value }));
      else sessionStorage.removeItem(key);
    };
    field.addEventListener("input", keep);
    field.form.addEventListener("submit", keep);
  }

  const out = document.querySelector("form[action='/volunteer/out']");
  if (out) out.addEventListener("submit", () => sessionStorage.clear());  // the phone may be lent to somebody

  const talk = document.getElementById("thread");
  const title = document.title;
  const bubbles = () => document.querySelectorAll("#thread .theirs, #live .offer").length;
  let seen = bubbles();
  function newest() {
    if (talk && talk.querySelector("li:last-child")) talk.querySelector("li:last-child").scrollIntoView({ block: "nearest" });
  }
  newest();
  document.addEventListener("htmx:after:swap", () => {
    const now = bubbles();
    if (now > seen) {
      newest();
      if (document.hidden) document.title = `(${now - seen}) ${title}`;
      if (navigator.vibrate) navigator.vibrate(80);
    }
    if (!document.hidden) seen = now;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { document.title = title; seen = bubbles(); newest(); }
  });

  const offline = document.getElementById("offline");
  const connected = (is) => { if (offline) offline.hidden = is; };
  window.addEventListener("online", () => connected(true));
  window.addEventListener("offline", () => connected(false));
  document.addEventListener("htmx:error", () => connected(false));
  document.addEventListener("htmx:after:swap", () => connected(true));
  connected(navigator.onLine !== false);
})();
