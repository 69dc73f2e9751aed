"""Steps that decide, remember and lead elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.engine import effects
from flows.engine.effects import Say
from flows.engine.inputs import MachineAnswered
from flows.parsing import parse_flow
from tests.core.small import ELSE, examples, flow_text, library
from tests.core.talk import Talk


def said(steps: str, channel="sms", **facts) -> str:
    talk = Talk(library(steps), channel, facts=facts)
    return (talk.texts("hi") if channel == "sms" else talk.starts()).said


# --- say ------------------------------------------------------------------------------------------------------


def test_words_are_those_of_the_channel_and_the_language():
    steps = "- say: {text: {en: both, es: ambos}, sms: {en: short}}"
    assert said(steps) == "short\nGoodbye."
    assert said(steps, "voice") == "both\nGoodbye."
    assert said(steps, contact_language="es-MX") == "ambos\nAdiós."
    assert said("- say: only one language", contact_language="es") == "only one language\nAdiós."


def test_words_only_for_texts_are_not_said_on_calls():
    assert said("- say: {sms: by text}", "voice") == "Goodbye."


def test_what_is_said_once_is_not_said_again():
    steps = f"- id: hello\n  say: Hello.\n  once: session\n- ask: Again?\n  yes_no: true\n  {ELSE}\n- goto: hello"
    talk = Talk(library(steps)).texts("hi")
    assert talk.said.startswith("Hello.")
    assert talk.texts("yes").said.startswith("Again?")


def test_what_is_said_once_to_a_contact_is_remembered():
    talk = Talk(library("- id: hello\n  say: Hello.\n  once: contact")).texts("hi")
    kept = talk.action(effects.SaveAnswer)
    assert talk.said == "Hello.\nGoodbye."
    assert said("- id: hello\n  say: Hello.\n  once: contact", kept={kept.name: kept.value}) == "Goodbye."


def test_a_text_can_be_sent_during_a_call():
    steps = "- say: The address is 1 Main Street.\n  via: sms"
    talk = Talk(library(steps), "voice").starts()
    assert talk.action(effects.SendText) == effects.SendText("The address is 1 Main Street.", "en")
    assert talk.said == "Goodbye."
    assert said(steps) == "The address is 1 Main Street.\nGoodbye."
    assert Talk(library(steps), "voice", facts={"can_text": False}).starts().actions == []


def test_a_recorded_prompt_is_named_with_its_words():
    welcome = Talk(examples(), "voice", facts={"contact_language": "en"}).starts().done[0]
    assert welcome == Say("Hello, you have reached Harbor Line.", "en", "clips/welcome.en.mp3")


def test_holes_are_filled_from_what_we_know():
    assert said("- say: \"Hi {{ contact.name | default: 'you' }}.\"", contact_name="Ana") == "Hi Ana.\nGoodbye."
    assert said("- say: \"Hi {{ contact.name | default: 'you' }}.\"") == "Hi you.\nGoodbye."
    assert said('- say: "{{ line.crisis }} {{ org.name }}"') == "988 Harbor Line\nGoodbye."


# --- deciding -------------------------------------------------------------------------------------------------

MOOD = f"""
- ask: How?
  number: {{min: 1, max: 5}}
  save: mood
  {ELSE}
- branch:
    - {{if: "mood <= 2", to: low}}
    - {{if: "mood == 3 and consent.news", to: middle}}
    - {{else: high}}
- id: low
  end: low
- id: middle
  end: middle
- id: high
  end: high
"""


@pytest.mark.parametrize(
    ("answer", "consents", "ended"), [("1", (), "low"), ("3", ("news",), "middle"), ("3", (), "high")]
)
def test_a_branch_takes_the_first_way_that_holds(answer, consents, ended):
    talk = Talk(library(MOOD), facts={"consents": frozenset(consents)}).texts("hi").texts(answer)
    assert talk.position.ended == ended
    assert talk.action(effects.SaveAnswer) == effects.SaveAnswer("mood", int(answer), history=True)


def test_what_is_kept_is_there_the_next_time():
    steps = '- branch:\n    - {if: "mood", to: over}\n    - {else: bye}'
    assert said(steps) == "Goodbye."
    assert said(steps, kept={"mood": 4}) == ""


HOURS = "- hours: peers\n  then: {open: bye, closed: shut}\n- id: shut\n  say: We are back {{ hours.peers.next_open }}."


@pytest.mark.parametrize(
    ("now", "language", "words"),
    [
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), "en", "Goodbye."),
        (datetime(2026, 3, 2, 13, 0, tzinfo=UTC), "en", "We are back today at 9 am."),
        (datetime(2026, 3, 3, 3, 0, tzinfo=UTC), "en", "We are back tomorrow at 9 am."),
        (datetime(2026, 3, 1, 15, 0, tzinfo=UTC), "en", "We are back tomorrow at 9 am."),
        (datetime(2026, 7, 2, 15, 0, tzinfo=UTC), "es", "Adiós."),
        (datetime(2026, 7, 3, 2, 0, tzinfo=UTC), "es", "9:00."),
    ],
)
def test_hours_are_said_as_people_say_them(now, language, words):
    talk = Talk(library(HOURS), now=now, language=language).texts("hi")
    assert words in talk.said


# --- remembering ----------------------------------------------------------------------------------------------


def test_a_consent_is_kept_with_the_words_that_were_shown():
    steps = f"- ask: {{en: 'May we text you?', es: '¿Podemos?'}}\n  yes_no: true\n  {ELSE}\n"
    steps += "- set: {consent.news: true}"
    talk = Talk(library(steps)).texts("hi").texts("yes")
    assert talk.action(effects.SaveConsent) == effects.SaveConsent("news", True, "May we text you?")
    spanish = Talk(library(steps), language="es").texts("hola").texts("sí")
    assert spanish.action(effects.SaveConsent).wording == "¿Podemos?"


def test_a_consent_holds_at_once():
    steps = "- set: {consent.news: true}\n- branch:\n    - {if: consent.news, to: over}\n    - {else: bye}"
    assert said(steps) == ""


def test_a_name_is_kept_and_used():
    steps = f"- ask: Your name?\n  text: {{max: 20}}\n  save: answer\n  {ELSE}\n"
    steps += "- set: {contact.name: '{{ answer }}'}\n"
    talk = Talk(library(steps + "- say: Hi {{ contact.name }}.")).texts("hi").texts("Ana")
    assert talk.action(effects.SaveContact) == effects.SaveContact("name", "Ana")
    assert talk.said == "Hi Ana.\nGoodbye."


def test_what_people_write_is_never_a_template():
    steps = f"- ask: Say.\n  text: true\n  save: answer\n  {ELSE}\n- say: 'You said {{{{ answer }}}}.'"
    talk = Talk(library(steps)).texts("hi").texts("{{ org.name }}{% if %}")
    assert talk.said.startswith("You said {{ org.name }}{% if %}.")


def test_tags_and_ends():
    talk = Talk(library("- tag: {add: [a, b], remove: [c]}\n- end: fine\n  opt_out: true")).texts("hi")
    assert talk.action(effects.Tag) == effects.Tag(("a", "b"), ("c",))
    talk.action(effects.OptOut)
    assert talk.position.ended == "fine"


# --- language -------------------------------------------------------------------------------------------------

CHOOSE = "- language: {when: unknown, choose: [en, es]}\n- say: {en: Hello., es: Hola.}"


@pytest.mark.parametrize(
    ("answer", "words"),
    [("2", "Hola."), ("español", "Hola."), ("dos", "Hola."), ("1", "Hello."), ("English", "Hello.")],
)
def test_the_language_is_asked_in_every_language(answer, words):
    talk = Talk(library(CHOOSE)).texts("hi")
    assert "English" in talk.said
    assert "español" in talk.said
    assert talk.texts(answer).said.startswith(words)
    assert talk.action(effects.SaveContact).field == "language"


def test_on_a_call_each_language_speaks_for_itself():
    talk = Talk(library(CHOOSE), "voice").starts()
    assert [part.language for part in talk.done if isinstance(part, Say)] == ["en", "es"]
    assert talk.presses("2").said == "Hola.\nAdiós."
    silent = Talk(library(CHOOSE), "voice").starts().is_silent().is_silent()
    assert silent.said == "Hello.\nGoodbye."


def test_a_known_language_is_not_asked_for():
    assert said(CHOOSE, contact_language="es") == "Hola.\nAdiós."


def test_the_other_language_is_the_next_of_the_line():
    assert said("- language: {set: other}") == "Adiós."
    assert said("- language: {set: other}", contact_language="es") == "Goodbye."


# --- sub-flows ------------------------------------------------------------------------------------------------

OUTER = """
- say: Before.
- flow: second
  with: {answer: "{{ org.name }}"}
  then: {finished: went_well, stopped: broke_off}
- id: went_well
  say: After.
- end: outer
- id: broke_off
  end: broke_off
"""


def test_a_sub_flow_comes_back_to_where_it_was_called():
    made = library(OUTER, second="- say: Inside {{ answer }}.")
    talk = Talk(made).texts("hi")
    assert talk.said == "Before.\nInside Harbor Line.\nGoodbye.\nAfter."
    assert talk.position.ended == "outer"
    assert Talk(library(OUTER, second="- end: stopped")).texts("hi").position.ended == "broke_off"


def test_a_question_inside_a_sub_flow_is_remembered_with_the_way_back():
    talk = Talk(library(OUTER, second=f"- ask: Inside?\n  yes_no: true\n  {ELSE}")).texts("hi")
    assert (talk.position.flow, [frame.flow for frame in talk.position.stack]) == ("second", ["first"])
    assert talk.texts("yes").said == "Goodbye.\nAfter."


def test_a_flow_that_takes_the_place_of_another_does_not_come_back():
    talk = Talk(library("- flow: second\n  back: false", second="- end: there")).texts("hi")
    assert (talk.position.ended, talk.position.stack) == ("there", ())


def test_sub_flows_go_four_deep_and_never_round():
    deep = {f"f{number}": f"- flow: f{number + 1}" for number in range(1, 5)}
    talk = Talk(library("- flow: f1", **deep, f5="- say: Deep.")).texts("hi")
    assert talk.action(effects.RaiseAlert).rule == "depth"
    round_again = Talk(library("- flow: second", second="- flow: first")).texts("hi")
    assert round_again.action(effects.RaiseAlert).rule == "depth"
    three = Talk(library("- flow: f1", **{**deep, "f4": "- say: Deep."})).texts("hi")
    assert "Deep." in three.said


# --- versions -------------------------------------------------------------------------------------------------


def test_a_conversation_keeps_the_version_that_it_began_with():
    old = library(f"- id: q\n  ask: Old?\n  yes_no: true\n  {ELSE}\n- say: Old answer.")
    talk = Talk(old).texts("hi")
    new, _ = parse_flow(flow_text("- say: All is new."), "first.yaml")
    talk.library = replace(old.with_current([new]))
    assert talk.texts("yes").said == "Old answer.\nGoodbye."
    assert Talk(talk.library).texts("hi").said == "All is new.\nGoodbye."


def test_a_version_that_was_lost_gives_way_to_the_new_one():
    talk = Talk(library(f"- id: q\n  ask: Old?\n  yes_no: true\n  {ELSE}\n- say: Old answer.")).texts("hi")
    talk.library = library(f"- id: q\n  ask: New?\n  yes_no: true\n  {ELSE}\n- say: New answer.")
    assert talk.texts("yes").said == "New answer.\nGoodbye."


# --- calls that we place --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("policy", "words"), [("hang_up", ""), ("say:note", "Please call us back.")])
def test_a_machine_is_told_nothing_or_what_the_flow_says(policy, words):
    text = flow_text("- say: Private.\n- id: note\n  say: Please call us back.").replace(
        "on_error", f"outbound: {{machine: '{policy}'}}\non_error", 1
    )
    changed, findings = parse_flow(text, "first.yaml")
    assert findings == []
    talk = Talk(library().with_current([changed]), "voice", flow="first").happens(MachineAnswered())
    assert (talk.said, talk.position.ended) == (words, "machine")
    assert isinstance(talk.done[-1], effects.HangUp)


def test_a_text_after_the_end_begins_again():
    talk = Talk(library(f"- ask: Well?\n  yes_no: true\n  {ELSE}")).texts("hi").texts("yes")
    assert talk.position.ended == "done"
    assert "Well?" in talk.texts("hello again").said
