// The desk with its phones: follows the network, and hands each event to the phone that it happened on.

import { network } from "./network.js";
import { Phone } from "./phone.js";
import { hush, sounds, switchSound } from "./sound.js";
import { Trace } from "./trace.js";
import { fillIn, language, say } from "./words.js";

const PEOPLE = [["Ana", "+15555550101"], ["Ben", "+15555550102"], ["Vee", "+15555550111"], ["Val", "+15555550112"]];
const POLL = 20; // seconds that one request waits for something to happen
const AGAIN = 2000; // milliseconds before a network that does not answer is asked again

const desk = document.getElementById("phones");
const notice = document.getElementById("said");
const clock = document.getElementById("clock");
const phones = new Map();
const names = new Map();
const trace = new Trace(document.getElementById("trace"), document.getElementById("passed"));
let ahead = 0;
let last = 0;

function tell(words, look = "warn") {
  notice.className = `notice ${look}`;
  notice.textContent = words;
  notice.hidden = !words;
}

async function trying(promise) {
  try {
    const done = await promise;
    tell("");
    return done;
  } catch (problem) {
    tell(problem.message);
    return null;
  }
}

function put(known) {
  names.set(known.id, known.name);
  if (phones.has(known.id) || !known.claimed) return;
  const phone = new Phone(known, names, trying);
  phones.set(known.id, phone);
  desk.append(phone.element);
}

function happened(event, live) {
  if (event.kind === "refused") tell(say("refused", event), "bad");
  const phone = phones.get(event.phone);
  if (!phone) return;
  phone.tell(event);
  if (!live) return;
  if (event.kind === "heard") sounds(event);
  if (event.kind === "ended" || event.kind === "pressed") hush();
}

async function look() {
  const now = await network.glance();
  document.getElementById("number").textContent = now.numbers.join(", ");
  paced(String(now.pace));
  ahead = new Date(now.now) - Date.now();
  for (const known of now.phones) {
    put(known);
    phones.get(known.id)?.show(known);
  }
}

/** Shows the pace that holds, also one that is not offered here. */
function paced(pace) {
  const select = document.getElementById("pace");
  if (![...select.options].some((one) => one.value === pace)) select.add(new Option(`${pace}×`, pace));
  select.value = pace;
}

async function follow() {
  let live = false;
  for (;;) {
    try {
      const events = await network.events(last, live ? POLL : 0);
      for (const event of events) {
        last = event.n;
        happened(event, live);
      }
      if (events.length || !live) await Promise.all([look(), trace.follow()]);
      if (!live || notice.dataset.stopped) tell("");
      delete notice.dataset.stopped;
      live = true;
    } catch {
      tell(say("stopped"), "bad");
      notice.dataset.stopped = "yes";
      last = 0;
      await new Promise((again) => setTimeout(again, AGAIN));
      if (live) await begin().then(() => (live = false), () => {});
    }
  }
}

async function begin() {
  for (const [name, number] of PEOPLE) await network.claim({ name, number });
  for (const phone of phones.values()) phone.screen.replaceChildren();
  await look();
}

function tick() {
  const shown = new Date(Date.now() + ahead);
  clock.dateTime = shown.toISOString();
  clock.textContent = shown.toLocaleString(language, { weekday: "short", day: "numeric", month: "short", timeStyle: undefined, hour: "2-digit", minute: "2-digit" });
}

function spanOf(seconds) {
  const hours = Math.floor(seconds / 3600);
  return hours >= 48 ? `${Math.round(hours / 24)} d` : hours ? `${hours} h ${Math.round((seconds % 3600) / 60)} min` : `${Math.round(seconds / 60)} min`;
}

for (const button of document.querySelectorAll("[data-forward]")) {
  button.onclick = async () => {
    await trying(network.forward(Number(button.dataset.forward)));
    tell(say("moved", { much: spanOf(Number(button.dataset.forward)) }), "good");
  };
}
document.getElementById("next").onclick = async () => {
  const moved = await trying(network.forwardToNext());
  if (moved) tell(moved.moved === null ? say("none_promised") : say("moved", { much: spanOf(moved.moved) }), "good");
};
document.getElementById("pace").onchange = (event) => trying(network.pace(Number(event.target.value)));
document.getElementById("sound").onclick = (event) => {
  const wanted = event.target.getAttribute("aria-pressed") !== "true";
  event.target.setAttribute("aria-pressed", String(wanted));
  switchSound(wanted);
};
document.getElementById("new").onsubmit = async (event) => {
  event.preventDefault();
  const { name, number } = Object.fromEntries(new FormData(event.target));
  const known = await trying(network.claim({ name, number: number || null }));
  if (!known) return;
  put(known);
  event.target.reset();
};

fillIn(document);
setInterval(tick, 1000);
tick();
await begin().catch(() => {});
follow();
