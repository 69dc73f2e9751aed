// One event as it stands on a phone's screen: [kind of line, words], or nothing.

import { say } from "./words.js";

const PLAIN = {
  calling: "e_calling", ringing: "e_ringing", missed: "e_missed", answered: "e_answered", pressed: "e_pressed",
  silent: "e_silent", recording: "e_recording", ended: "e_ended", beep: "e_beep",
};
const HEARD = { play: "e_play", music: "e_music", ringback: "e_ringback" };

/** names: id of a phone → its owner. */
export function shown(event, names) {
  const named = (id) => names.get(id) ?? id;
  switch (event.kind) {
    case "text": return ["in", event.body];
    case "texted": return ["out", event.body];
    case "heard": return ["heard", heard(event, named)];
    case "said": return ["call", event.text ? say("e_said", event) : say("e_spoke", event)];
    case "joined":
      return ["call", event.others.length ? say("e_joined", { others: event.others.map(named).join(", ") }) : say("e_alone")];
    case "company": return ["call", say("e_company", { who: named(event.who) })];
    case "left": return ["call", say("e_left", { who: named(event.who) })];
    default: return event.kind in PLAIN ? ["call", say(PLAIN[event.kind], event)] : null;
  }
}

function heard(event, named) {
  if (event.how === "voice") return say("e_voice", { who: named(event.who), text: event.text });
  return event.how in HEARD ? say(HEARD[event.how], event) : event.text;
}
