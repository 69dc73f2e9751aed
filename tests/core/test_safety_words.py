"""What is obeyed in any flow, on both channels, and what becomes of the open question."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.engine import effects
from flows.engine.relay_texts import OBEYED_IN_A_RELAY
from flows.engine.turns import global_word
from flows.parsing import parse_flow
from tests.core.small import ELSE, examples, flow_text, library
from tests.core.talk import Talk

ASKS = f"""
- id: q
  ask: {{en: Well?, es: ¿Bien?}}
  number: {{min: 1, max: 5}}
  save: mood
  {ELSE}
- end: answered
"""
WRITES = f"- id: q\n  ask: How are you?\n  text: true\n  save: answer\n  {ELSE}\n- end: answered"
PEER = """
- id: look
  peer: {language: contact}
  then: {connected: bye, no_answer: bye, busy: bye, closed: bye, hung_up: over}
"""
LINE = "person: people\nmenu: menu\nkeywords: {en: {peer: people, story: tales}, es: {historia: tales}}"
MENU = f"- ask: The menu?\n  yes_no: true\n  {ELSE}"
WHOLE = library(ASKS, lines=LINE, people=PEER, menu=MENU, tales="- say: {en: A story., es: Una historia.}")


def ana(steps: str = ASKS, **facts) -> Talk:
    """Ana, with the question open."""
    made = WHOLE if steps == ASKS else library(steps, lines=LINE, people=PEER, menu=MENU, tales="- say: A story.")
    return Talk(made, facts=facts).texts("hi")


def ben() -> Talk:
    """Ben, on a call, with the question open."""
    return Talk(WHOLE, "voice").starts()


def test_stop_ends_everything_at_once():
    talk = ana().texts("Stop.")
    assert talk.position.ended == "opted_out"
    assert "START" in talk.said
    assert talk.action(effects.OptOut).wording == talk.said
    assert talk.last.wait is None


ASKED = f"- id: q\n  ask: {{en: Shall we check in?, es: ¿Le escribimos?}}\n  yes_no: true\n  save: answer\n  {ELSE}"


@pytest.mark.parametrize("words", ["no thanks, not interested", "no thanks im good", "no gracias, no me interesa"])
def test_a_vague_no_is_the_answer_to_the_open_question(words: str):
    talk = ana(ASKED).texts(words)
    assert talk.position.variables["answer"] is False
    assert talk.position.ended != "opted_out"


@pytest.mark.parametrize("words", ["no, stop texting me", "no. STOP", "not interested, take me off your list"])
def test_a_definite_no_is_none_and_ends_texts(words: str):
    assert ana(ASKED).texts(words).position.ended == "opted_out"


def test_a_vague_no_that_answers_nothing_ends_texts():
    assert ana().texts("not interested").position.ended == "opted_out"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("STOP", None), ("stop please", None), ("BAJA", None),
        ("go away", "vague"), ("no more", "vague"), ("ya no mas", "vague"), ("fuera", "vague"),
        ("not interested", "vague"), ("basta", "vague"),
        ("stop texting me", "refusal"), ("wrong number", "refusal"), ("ya no me escriban", "refusal"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_keyword_or_vague_or_definite(words: str, rule: str | None):
    word = global_word(WHOLE, "line", words, None)
    assert word is not None
    assert (word.kind, word.rule) == ("stop", rule)


def test_stop_as_the_first_text_is_answered_with_nothing_else():
    talk = Talk(WHOLE, facts={"first_contact": True}).texts("STOP")
    assert talk.position.ended == "opted_out"
    assert "Well?" not in talk.said


def test_stop_on_a_call_ends_texts_and_not_the_call():
    talk = ben().says("stop")
    talk.action(effects.OptOut)
    assert "Well?" in talk.said
    assert isinstance(talk.done[-1], effects.Ask)


def test_help_names_the_numbers_and_keeps_the_question():
    talk = ana().texts("HELP")
    assert "988" in talk.said
    assert "911" in talk.said
    assert "STOP" in talk.said
    assert talk.action(effects.RaiseAlert).kind == "help"
    assert talk.last.wait == timedelta(hours=2)
    assert talk.texts("4").position.variables["mood"] == 4


def test_danger_is_answered_first_and_the_question_stays_open():
    talk = ana().texts("i want to kill myself")
    assert "988" in talk.said
    assert talk.action(effects.RaiseAlert) == effects.RaiseAlert("crisis", "en-kill-myself")
    assert (talk.position.step, talk.position.awaiting) == ("q", "answer")
    assert talk.texts("2").position.variables["mood"] == 2


def test_what_is_logged_is_the_rule_and_never_the_words():
    talk = ana().texts("i am going to hang myself in the kitchen")
    assert "kitchen" not in repr([part for part in talk.done if not isinstance(part, effects.Say)])


def test_danger_in_spanish_is_answered_in_spanish():
    assert "Usted importa" in ana().texts("me quiero morir").said


def test_danger_in_the_very_first_text_waits_for_the_next_one():
    talk = Talk(WHOLE, facts={"first_contact": True}).texts("i want to die")
    assert "988" in talk.said
    assert "Well?" not in talk.said
    assert talk.position.ended is None
    assert talk.texts("peer").action(effects.ConnectPeer)


def test_danger_in_the_very_first_text_and_then_silence_ends_quietly():
    talk = Talk(WHOLE).texts("i want to die").waits()
    assert (talk.position.ended, talk.said) == ("quiet_after_crisis", "")


def test_danger_on_a_call_is_followed_by_the_question():
    talk = ben().says("I think I will end it all tonight")
    assert talk.said.index("9 8 8") < talk.said.index("Well?")
    assert isinstance(talk.done[-1], effects.Ask)


def test_danger_in_a_message_belongs_to_the_message_too():
    steps = "- record: Write.\n  inbox: team\n  then: {recorded: bye, empty: bye, hung_up: over}"
    talk = ana(steps).texts("My name is Ana").texts("and i want to die")
    talk.action(effects.RaiseAlert)
    case = talk.texts("done").action(effects.OpenCase)
    assert case.words == "My name is Ana\nand i want to die"


@pytest.mark.parametrize("words", ["person", "A person", "PEER", "0"])
def test_a_person_can_be_reached_at_every_prompt(words):
    talk = ben().presses("0") if words == "0" else ana().texts(words)
    assert talk.action(effects.ConnectPeer).language == "en"
    assert talk.position.awaiting == "peer"


def test_a_person_can_be_reached_where_any_text_is_an_answer():
    assert ana(WRITES).texts("peer").action(effects.ConnectPeer)
    assert ana(WRITES).texts("story").position.variables["answer"] == "story", "other keywords are answers there"


def test_a_keyword_that_answers_the_question_is_an_answer():
    steps = f"- ask: Which?\n  choices: {{story: {{key: 1, label: story}}}}\n  save: answer\n  {ELSE}\n- end: chosen"
    assert ana(steps).texts("story").position.ended == "chosen"
    assert ana().texts("story").said == "A story.\nGoodbye."


def test_the_menu_is_one_key_or_word_away():
    assert "The menu?" in ana().texts("menu").said
    assert "The menu?" in ben().presses("*").said
    assert "The menu?" in ben().says("menu").said


def test_the_name_of_a_language_changes_to_it_and_asks_again():
    talk = ana().texts("Español")
    assert talk.action(effects.SaveContact) == effects.SaveContact("language", "es")
    assert "¿Bien?" in talk.said
    assert talk.position.language == "es"


def test_a_keyword_of_one_language_is_answered_in_it():
    talk = Talk(WHOLE).texts("Historia")
    assert "Una historia." in talk.said
    assert talk.action(effects.SaveContact).value == "es"
    known = Talk(WHOLE, facts={"contact_language": "en"}).texts("Historia")
    assert "A story." in known.said, "someone whose language we know keeps it"


def test_pause_takes_a_length():
    talk = ana().texts("PAUSE 3 WEEKS")
    assert talk.action(effects.PauseFollowUps).length == timedelta(weeks=3)
    assert "March 23" in talk.said
    assert talk.position.awaiting == "answer"


def test_a_story_is_withdrawn_without_telling_whether_the_code_is_one():
    talk = ana().texts("WITHDRAW 7K4M")
    assert talk.action(effects.WithdrawStory).code == "7K4M"
    without = ana().texts("WITHDRAW")
    assert without.actions == []
    assert without.said != talk.said


def test_forget_is_asked_once_and_then_done():
    talk = ana().texts("FORGET")
    assert talk.actions == []
    assert talk.position.awaiting == "confirm_forget"
    talk.texts("forget")
    talk.action(effects.Forget)
    assert talk.position.ended == "forgotten"


@pytest.mark.parametrize("answer", ["no", "wait", "4", "PAUSE"])
def test_anything_else_than_forget_keeps_everything(answer):
    talk = ana().texts("FORGET").texts(answer)
    assert talk.actions == []
    assert (talk.position.step, talk.position.awaiting) == ("q", "answer")
    assert talk.texts("4").position.variables["mood"] == 4


def test_silence_after_forget_keeps_everything():
    talk = ana().texts("FORGET").waits()
    assert talk.actions == []
    assert talk.position.awaiting == "answer"


def test_stop_counts_while_forget_is_asked():
    assert ana().texts("FORGET").texts("STOP").position.ended == "opted_out"


def test_a_number_cannot_be_forgotten_by_speech():
    assert ben().says("forget").position.awaiting == "answer"


def test_start_brings_texts_back():
    talk = Talk(WHOLE).texts("START")
    talk.action(effects.OptIn)
    assert talk.position.ended == "opted_in"


def test_who_we_are_comes_first_and_once():
    talk = Talk(WHOLE, facts={"first_contact": True}).texts("hi")
    assert talk.said.startswith("This is Harbor Line")
    assert "This is" not in Talk(WHOLE).texts("hi").said
    assert "This is" not in Talk(WHOLE, "voice", facts={"first_contact": True}).starts().said
    assert Talk(WHOLE, facts={"first_contact": True}).texts("person").said.startswith("This is Harbor Line")


def test_a_line_may_introduce_itself_in_its_own_words():
    made = library(ASKS, lines="introduction: {en: 'We are {{ org.name }}.', es: Somos nosotros.}")
    assert Talk(made, facts={"first_contact": True}).texts("hi").said == "We are Harbor Line.\nWell?"


def test_a_flow_adds_words_and_cannot_take_any_away():
    text = "words: {person: [sponsor], menu: [stop]}\n"
    changed, findings = parse_flow(flow_text(ASKS).replace("on_error", text + "on_error", 1), "first.yaml")
    assert findings == []
    other = WHOLE.with_current([changed])
    assert Talk(other).texts("hi").texts("Sponsor").action(effects.ConnectPeer)
    assert Talk(other).texts("hi").texts("stop").position.ended == "opted_out"


def test_a_person_is_found_without_being_named_by_the_line():
    talk = Talk(examples()).texts("hi").texts("1").texts("person")
    assert talk.position.awaiting == "peer"
    nobody = Talk(library(ASKS)).texts("hi").texts("person")
    assert nobody.action(effects.OpenCase).reason == "asked for a person"
    assert nobody.position.ended == "with_a_person"


def test_services_know_what_is_ours_in_a_relay():
    assert global_word(WHOLE, "default", "STOP").kind in OBEYED_IN_A_RELAY
    assert global_word(WHOLE, "default", "i want to die").kind in OBEYED_IN_A_RELAY
    assert global_word(WHOLE, "default", "menu").kind not in OBEYED_IN_A_RELAY
    assert global_word(WHOLE, "default", "hello there") is None


def test_while_two_people_text_only_our_own_words_are_ours():
    talk = ana().texts("peer")
    before = talk.position
    assert talk.texts("hi, I am Ana").position == before
    assert talk.done == []
    talk.texts("i want to die")
    assert talk.action(effects.RaiseAlert).kind == "crisis"
    assert talk.position.awaiting == "peer"
    assert talk.texts("stop").position.ended == "opted_out"
