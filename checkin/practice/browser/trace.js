// The signed requests that the line got, and its answers, as they pass.

import { network } from "./network.js";

const KEPT = 200;

export class Trace {
  constructor(panel, list) {
    this.panel = panel;
    this.list = list;
    this.last = 0;
    this.asking = false;
    panel.ontoggle = () => this.follow();
  }

  /** Fetch what is new, while somebody looks. */
  async follow() {
    if (!this.panel.open || this.asking) return;
    this.asking = true;
    try {
      for (const passed of await network.trace(this.last)) {
        this.last = passed.n;
        this.list.prepend(drawn(passed));
      }
      while (this.list.childElementCount > KEPT) this.list.lastElementChild.remove();
    } finally {
      this.asking = false;
    }
  }
}

function drawn(passed) {
  const item = document.createElement("li");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const { pathname } = new URL(passed.url);
  summary.textContent = `${passed.why} · ${passed.method} ${pathname} · ${passed.status ?? "—"} · ${Math.round(passed.seconds * 1000)} ms`;
  const sent = Object.entries(passed.params).map(([name, value]) => `${name}: ${value}`);
  details.append(
    summary,
    pre([`${passed.method} ${passed.url}`, `X-Twilio-Signature: ${passed.signature}`, "", ...sent].join("\n")),
    pre(laidOut(passed.body) || "(empty)"),
  );
  item.append(details);
  return item;
}

function pre(text) {
  const made = document.createElement("pre");
  made.tabIndex = 0;
  made.textContent = text;
  return made;
}

function laidOut(xml) {
  let depth = 0;
  return xml.replace(/>\s*</g, ">\n<").split("\n").map((line) => {
    if (line.startsWith("</")) depth -= 1;
    const laid = "  ".repeat(Math.max(depth, 0)) + line;
    if (/^<[^?!/][^>]*[^/]>$/.test(line)) depth += 1;
    return laid;
  }).join("\n").trim();
}
