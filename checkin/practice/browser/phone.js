// One phone on the desk: its screen, its keys, and what its owner can do with it.

import { network } from "./network.js";
import { base64, hush, record } from "./sound.js";
import { shown } from "./telling.js";
import { say } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const WHEN = ["ring", "answer", "decline", "voicemail", "no_answer", "off"];

function make(tag, what = {}, ...children) {
  const { role, label, ...rest } = what;
  const made = Object.assign(document.createElement(tag), rest);
  if (role) made.setAttribute("role", role);
  if (label) made.setAttribute("aria-label", label);
  made.append(...children);
  return made;
}

export class Phone {
  /** known: the phone as the network shows it. trying(promise): tells what could not be done. */
  constructor(known, names, trying) {
    this.id = known.id;
    this.name = known.name;
    this.names = names;
    this.trying = trying;
    this.element = this.draw(known);
    this.show(known);
  }

  draw(known) {
    const name = this.name;
    this.state = make("p", { className: "state", role: "status" });
    this.screen = make("ol", { className: "screen", tabIndex: 0, ariaLive: "polite", label: say("history", { name }) });
    this.screen.dataset.empty = say("nothing_yet");
    const head = make("header", {}, make("h2", {}, name), make("small", {}, known.number ?? say("withheld")));
    return make(
      "section", { className: "phone", label: say("phone_of", { name }) },
      head, this.state, this.screen, this.buttons(), this.keypad(), this.texting(known), this.more(known),
    );
  }

  buttons() {
    const button = (words, act, look = "") =>
      make("button", { type: "button", className: look, onclick: () => this.does(act) }, say(words));
    this.call = button("call", "call");
    this.answer = button("answer", "answer");
    this.decline = button("decline", "decline", "bad");
    this.hangUp = button("hang_up", "hangup", "bad");
    this.silence = button("silence", "silence", "secondary");
    return make("div", { className: "row" }, this.call, this.answer, this.decline, this.silence, this.hangUp);
  }

  keypad() {
    const key = (sign) => make("button", { type: "button", onclick: () => this.presses(sign) }, sign);
    this.keys = make("div", { className: "keypad", role: "group", label: say("keypad", { name: this.name }) }, ...KEYS.map(key));
    return this.keys;
  }

  texting(known) {
    const input = make("input", { name: "body", label: say("write", { name: this.name }), autocomplete: "off", maxLength: 1600, placeholder: say("text") });
    const form = make("form", { className: "text", hidden: known.number === null }, input, make("button", {}, say("send")));
    form.onsubmit = (event) => {
      event.preventDefault();
      if (!input.value.trim()) return;
      this.does("text", { body: input.value, wait: false });
      input.value = "";
    };
    return form;
  }

  more(known) {
    const words = make("input", { label: say("speak"), placeholder: say("speak"), autocomplete: "off" });
    const speaking = make("form", {}, words, make("button", { className: "secondary" }, say("speak_do")));
    speaking.onsubmit = (event) => {
      event.preventDefault();
      this.does("say", { words: words.value });
      words.value = "";
    };
    const file = make("input", { type: "file", accept: "audio/*" });
    file.onchange = async () => this.handsOver(await base64(file.files[0]));
    const when = make("select", {}, ...WHEN.map((one) => make("option", { value: one }, say(`when_${one}`))));
    when.value = known.when_called;
    when.onchange = () =>
      this.trying(network.claim({ number: known.number, name: this.name, withheld: known.withheld, when_called: when.value }));
    return make(
      "details", {}, make("summary", {}, say("more")), speaking, this.microphone(),
      make("label", {}, say("record_file"), file), make("label", {}, say("when"), when),
    );
  }

  microphone() {
    const button = make("button", { type: "button", className: "secondary" }, say("record_mic"));
    let recording = null;
    button.onclick = async () => {
      if (recording) {
        const sound = await recording.stop();
        recording = null;
        button.textContent = say("record_mic");
        this.handsOver(sound);
        return;
      }
      try {
        recording = await record();
        button.textContent = say("record_stop");
      } catch (problem) {
        this.trying(Promise.reject(new Error(say("no_mic", { why: problem.message }))));
      }
    };
    return button;
  }

  handsOver(audio) { this.does("record", { audio, then: "#" }); }
  does(act, what) { return this.trying(network.act(this.id, act, what)); }

  presses(key) {
    hush();
    return this.does("press", { keys: key });
  }

  /** What happened on it, as a line on its screen. */
  tell(event) {
    const line = shown(event, this.names);
    if (line === null) return;
    const [kind, words] = line;
    const at = make("time", { dateTime: event.at }, new Date(event.at).toLocaleTimeString([], { timeStyle: "short" }));
    const item = make("li", { className: kind }, make("bdi", {}, words));
    if (kind === "in" || kind === "out") item.append(at);
    this.screen.append(item);
    this.screen.scrollTop = this.screen.scrollHeight;
  }

  /** How it stands now. */
  show(known) {
    const call = known.call;
    const others = (call?.with ?? []).map((id) => this.names.get(id) ?? id).join(", ");
    this.element.classList.toggle("rings", Boolean(call?.rings));
    this.element.classList.toggle("talks", Boolean(others));
    this.state.textContent = stateOf(call, others);
    this.call.hidden = call !== null;
    this.answer.hidden = this.decline.hidden = !call?.rings;
    this.hangUp.hidden = call === null || call.rings;
    this.silence.hidden = !["gather", "record"].includes(call?.asking);
    this.keys.hidden = call === null || call.rings;
  }
}

function stateOf(call, others) {
  if (call === null) return say("idle");
  if (call.rings) return say("rings");
  if (others) return say("talks", { others });
  if (call.asking === "record") return say("records");
  if (call.asking) return say("keys");
  return call.status === "in-progress" ? say("on_call") : say("calls");
}
