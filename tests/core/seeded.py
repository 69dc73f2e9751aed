"""A small line in which nothing is wrong, to seed one mistake at a time into."""

from __future__ import annotations

from pathlib import Path

import flows
from flows.checks.checker import about_files, about_flows
from flows.loading import build
from flows.model.findings import Finding

SHIPPED = Path(flows.__file__).parent / "definitions"

CARE = """\
flow: care
dsl: 1
title: How are you
channels: [sms, voice]
languages: [en, es]
needs_consent: check_ins
vars:
  mood: {type: int, keep: session}
  topic: {type: choice, keep: session}
  note: {type: text, keep: session, sensitive: true}
  story: {type: recording, keep: session, sensitive: true}
defaults: {wait: {sms: 2h, voice: 8s}, tries: 3}
on_error: sorry

steps:
  - id: hello
    say:
      en: "Hi, this is {{ org.name }}. STOP ends these texts."
      es: "Hola, le escribe {{ org.name }}. STOP termina estos textos."
  - id: mood
    ask: {en: "How are you, from 1 to 5?", es: "¿Qué tal, del 1 al 5?"}
    number: {min: 1, max: 5}
    save: mood
    then: {timeout: quiet, invalid: menu, hung_up: quiet}
  - id: which
    branch:
      - {if: "mood <= 2", to: low}
      - {else: menu}
  - id: low
    tag: {add: [low_mood]}
  - id: offer
    ask: {en: "Talk with a peer?", es: "¿Hablar con alguien?"}
    yes_no: true
    then: {yes: peer, no: menu, timeout: quiet, invalid: menu, hung_up: quiet}
  - id: menu
    ask: {en: "What next?", es: "¿Qué desea?"}
    choices:
      first: {key: 1, label: {en: a story, es: una historia}, words: {en: [tale], es: [cuento]}}
      second: {key: 2, label: {en: a message, es: un mensaje}, words: {en: [note], es: [nota]}}
    save: topic
    then: {first: tale, second: leave, timeout: quiet, invalid: leave, hung_up: quiet}
  - id: tale
    story: {topic: "{{ topic | default: 'any' }}"}
    then: {finished: bye, none: leave, hung_up: quiet}
  - id: peer
    peer: {language: contact}
    then: {connected: bye, no_answer: leave, busy: leave, closed: leave, hung_up: quiet}
  - id: leave
    record: {en: "Say it after the tone.", es: "Hable tras el tono."}
    save: story
    inbox: coordinators
    then: {recorded: share, empty: bye, hung_up: quiet}
  - id: share
    ask: {en: "May we share it?", es: "¿La compartimos?"}
    yes_no: true
    then: {yes: give, no: bye, timeout: quiet, invalid: bye, hung_up: quiet}
  - id: give
    set: {consent.share_story: true, consent.check_ins: true}
  - id: submit
    story: {submit: story, state: waiting_review}
  - id: bye
    say: {en: "Take care.", es: "Hasta pronto."}
  - id: plan
    follow_up: {flow: care, in: 3d, key: care}
  - end: done
  - id: quiet
    end: no_reply
  - id: sorry
    say: {en: "Something went wrong.", es: "Algo ha fallado."}
  - id: tell
    handover: {to: coordinators, reason: "it failed"}
  - end: error
"""

OTHER = """\
flow: other
dsl: 1
title: Another one
channels: [sms, voice]
languages: [en, es]
on_error: sorry
steps:
  - id: ask
    ask: {en: "Shall a person call?", es: "¿Le llamamos?"}
    yes_no: true
    then: {yes: call, no: done, timeout: done, invalid: call, hung_up: done}
  - id: call
    handover: {to: coordinators, reason: "wants a call"}
  - id: done
    end: done
  - id: sorry
    handover: {to: coordinators, reason: "it failed"}
  - end: error
"""

LINES = """\
lines:
  - key: default
    number: "+15555550100"
    name: Harbor Line
    languages: [en, es]
    calls: care
    texts: care
    crisis_number: "988"
"""

WORDS = (SHIPPED / "words.yaml").read_text(encoding="utf-8")


def files(**changed: str) -> dict[str, str]:
    """The files of the small line; `care=...` changes one of them."""
    whole = {"care": CARE, "other": OTHER, "lines": LINES, "words": WORDS, "schedules": "schedules: {}\n"}
    return {f"{name}.yaml": text for name, text in {**whole, **changed}.items()}


def found(texts: dict[str, str]) -> list[Finding]:
    """What reading and checking these files gives, prices aside (M403 is told about every flow)."""
    library, findings = build(texts)
    findings = [*findings, *about_files(texts), *(about_flows(library) if library else ())]
    return sorted(finding for finding in findings if finding.code != "M403")


def with_mistake(old: str, new: str, *, into: str = CARE, name: str = "care") -> list[Finding]:
    """What is found once `old` was replaced by `new` in one file."""
    assert into.count(old) == 1, f"{old!r} must stand there once"
    return found(files(**{name: into.replace(old, new)}))


def line_of(text: str, piece: str) -> int:
    """The line, from 1, of the first place where `piece` stands."""
    return text[: text.index(piece)].count("\n") + 1
