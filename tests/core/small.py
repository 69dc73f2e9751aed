"""Small libraries for tests: the shipped words and hours, one line, and the flows that a test writes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import flows
from flows.library import Library
from flows.loading import build
from flows.model.findings import Finding

DEFINITIONS = Path(flows.__file__).parent / "definitions"
EXAMPLES = Path(__file__).parent / "examples"
WORDS = (DEFINITIONS / "words.yaml").read_text(encoding="utf-8")

LINES = """
lines:
  - key: default
    name: Harbor Line
    number: "+15555550100"
    time_zone: America/New_York
    languages: [en, es]
    calls: FIRST
    texts: FIRST
    crisis_number: "988"
"""

SCHEDULES = """
schedules:
  peers:
    open: {mon-fri: "09:00-21:00", sat: "22:00-02:00"}
    closed: ["2026-12-25", 07-04]
    extra: {"2026-07-04": "12:00-13:00"}
"""

HEADER = """
flow: {name}
dsl: 1
title: A flow for a test
channels: [sms, voice]
languages: [en, es]
vars:
  answer: {{type: text, keep: session}}
  mood: {{type: int, keep: contact, history: true}}
  taken: {{type: recording, keep: session, sensitive: true}}
defaults: {{wait: {{sms: 2h, voice: 8s}}, tries: 3}}
on_error: sorry
steps:
{steps}
  - id: bye
    say: {{en: "Goodbye.", es: "Adiós."}}
  - id: over
    end: done
  - id: sorry
    say: {{en: "Something broke.", es: "Algo se rompió."}}
  - end: failed
"""

ELSE = "then: {timeout: bye, invalid: bye, hung_up: over}"
"""What the questions of small flows do when nobody answers."""


def flow_text(steps: str, name: str = "first") -> str:
    """A whole flow round these steps, which go on to `bye`, `over` and `sorry`."""
    return HEADER.format(name=name, steps=indent(dedent(steps).strip("\n"), "  "))


def files(steps: str = "", *, lines: str = "", **others: str) -> dict[str, str]:
    """The files of a library: the flow `first` with these steps, and others by name. `lines` adds to the line."""
    flows_by_name = {"first": flow_text(steps)} | {name: flow_text(text, name) for name, text in others.items()}
    line = LINES.replace("FIRST", "first") + indent(dedent(lines).strip("\n"), "    ") + "\n"
    return {
        "words.yaml": WORDS,
        "schedules.yaml": SCHEDULES,
        "lines.yaml": line,
        **{f"{name}.yaml": text for name, text in flows_by_name.items()},
    }


def library(steps: str = "", *, lines: str = "", **others: str) -> Library:
    """The library of `files`; fails on any finding."""
    made, found = build(files(steps, lines=lines, **others))
    assert made is not None, "\n".join(map(str, found))
    return made


def faults(steps: str = "", *, lines: str = "", **others: str) -> list[Finding]:
    """What is wrong with the library of `files`."""
    return build(files(steps, lines=lines, **others))[1]


def examples() -> Library:
    """The three flows of the language's description."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.glob("*.yaml"))}
    lines = LINES.replace("FIRST", "main_menu") + "    keywords: {story: share_story, checkin: check_in}\n"
    made, found = build(
        {"words.yaml": WORDS, "schedules.yaml": SCHEDULES, "lines.yaml": lines, **texts},
        {"clips/welcome.en.mp3": "0" * 64, "clips/welcome.es.mp3": "1" * 64},
    )
    assert made is not None, "\n".join(map(str, found))
    return made
