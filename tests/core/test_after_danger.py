"""What somebody says next who was in danger, and was offered a person: by text and on a call, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.engine import effects
from tests.core.small import ELSE, library
from tests.core.talk import Talk

PEER = """
- id: look
  peer: {language: contact}
  then: {connected: bye, no_answer: bye, busy: bye, closed: bye, hung_up: over}
"""
LINE = "person: people\nmenu: menu\nkeywords: {en: {peer: people, story: tales}, es: {historia: tales}}"
HOW = (
    f"- id: q\n  ask: {{en: Well?, es: ¿Bien?}}\n  number: {{min: 1, max: 5}}\n  save: mood\n  {ELSE}\n- end: answered"
)
SHALL = f"- id: q\n  ask: Shall we check in?\n  yes_no: true\n  save: answer\n  {ELSE}\n- end: answered"
PICK = f"""
- id: q
  ask: What would you like?
  choices: {{story: {{key: 1, label: a story}}, tip: {{key: 2, label: a tip}}}}
  save: answer
  {ELSE}
- end: chosen
"""
WRITE = f"- id: q\n  ask: How are you?\n  text: true\n  save: answer\n  {ELSE}\n- end: answered"
LEAVE = "- record: Write.\n  inbox: team\n  then: {recorded: bye, empty: bye, hung_up: over}"
QUESTIONS = {"how": HOW, "shall": SHALL, "pick": PICK, "write": WRITE, "leave": LEAVE}
LIBRARIES = {
    name: library(steps, lines=LINE, people=PEER, menu=SHALL, tales="- say: A story.")
    for name, steps in QUESTIONS.items()
}
DANGER = {"en": "i want to kill myself", "es": "me quiero matar"}
TOLD = {"en": "We've told our team", "es": "Ya avisamos al equipo"}


def ana(asked: str = "how", language: str = "en", **facts) -> Talk:
    """Ana, who was asked something and answered with danger."""
    return Talk(LIBRARIES[asked], facts=facts).texts("hi").texts(DANGER[language])


def ben(asked: str = "how") -> Talk:
    """Ben, on a call, who told of danger."""
    return Talk(LIBRARIES[asked], "voice").starts().says("I want to kill myself")


YES = [
    "YES",
    "ok",
    "please",
    "Yes please",
    "sure",
    "👍",
    "sí",
    "por favor",
    "I need someone",
    "someone",
    "necesito a alguien",
]


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("words", YES)
def test_a_yes_is_a_yes_to_the_person_who_was_offered(asked: str, words: str):
    talk = ana(asked).texts(words)
    if talk.position.awaiting != "peer":  # a message that was begun is handed in first
        assert (asked, talk.action(effects.OpenCase).kind) == ("leave", "message")
    assert talk.action(effects.ConnectPeer)
    assert talk.position.variables.get("answer") is None


@pytest.mark.parametrize("words", ["yes", "I need someone"])
def test_on_a_call_too_a_yes_leads_to_a_person(words: str):
    assert ben("shall").says(words).action(effects.ConnectPeer)


def test_danger_in_the_very_first_text_offers_a_person_as_well():
    talk = Talk(LIBRARIES["shall"], facts={"first_contact": True}).texts("i want to die").texts("yes please")
    assert talk.action(effects.ConnectPeer)


def test_a_yes_that_comes_later_belongs_to_the_question():
    talk = ana("pick").texts("PAUSE").texts("yes")
    assert talk.position.awaiting == "answer"
    assert ana("shall").texts("hm hm").texts("no").position.variables["answer"] is False


NO_ANSWER = ["no", "?", "???", "hello", "who is this", "idk", "😭", "...", "no thanks", "what", "thank you"]


@pytest.mark.parametrize("asked", ["how", "shall", "pick"])
@pytest.mark.parametrize("words", NO_ANSWER)
def test_what_is_no_answer_is_met_with_kindness_once_and_fails_nothing(asked: str, words: str):
    talk = ana(asked).texts(words)
    assert TOLD["en"] in talk.said
    assert "didn't get that" not in talk.said
    assert (talk.position.step, talk.position.awaiting, talk.position.tries) == ("q", "answer", 0)
    assert talk.last.wait is not None
    assert "Reply PEER" in talk.said
    again = talk.texts(words).said
    assert TOLD["en"] not in again, "once"
    assert "didn't get that" not in again


@pytest.mark.parametrize("words", ["no", "?", "😭"])
@pytest.mark.parametrize("asked", ["write", "leave"])
def test_where_any_text_is_an_answer_a_no_and_a_picture_are_none(asked: str, words: str):
    talk = ana(asked).texts(words)
    assert TOLD["en"] in talk.said
    assert talk.position.awaiting in ("answer", "recording")


def test_what_answers_the_question_still_does():
    assert ana("how").texts("4").position.variables["mood"] == 4
    assert ana("pick").texts("1").position.ended == "chosen"
    assert ana("pick").texts("a tip please").position.variables["answer"] == "tip"
    assert ana("shall").texts("2").position.variables["answer"] is False
    assert ana("write").texts("I am alone at home").position.variables["answer"] == "I am alone at home"
    assert ana("how").texts("story").said.startswith("A story."), "a keyword of the line is obeyed"


def test_the_kind_sentence_is_in_the_language_of_the_danger():
    assert TOLD["es"] in ana("how", "es").texts("no sé").said


def test_a_peer_is_offered_again_by_the_kind_sentence():
    assert ana("shall").texts("?").texts("ok").action(effects.ConnectPeer)


def test_the_first_text_of_all_was_danger_and_the_next_is_no_answer():
    talk = Talk(LIBRARIES["how"], facts={"first_contact": True}).texts("i want to die").texts("who is this")
    assert "This is Harbor Line" in talk.said
    assert "Well?" not in talk.said
    assert talk.last.wait == timedelta(hours=24)
    assert "Well?" in talk.texts("hello").said, "then the flow goes on"


@pytest.mark.parametrize("language", DANGER)
def test_danger_said_again_is_answered_and_told_again(language: str):
    talk = ana("how", language)
    first = talk.said
    for _ in range(3):
        talk.texts(DANGER[language])
        assert talk.said == first
        talk.action(effects.RaiseAlert)
    assert talk.texts("ok").action(effects.ConnectPeer)


def test_right_after_danger_no_more_may_be_a_cry_and_is_asked_back():
    talk = ana().texts("no more")
    assert "Should we stop texting you?" in talk.said
    assert talk.position.ended is None
    assert ana().texts("STOP").position.ended == "opted_out"


def test_silence_by_text_is_met_with_the_kind_sentence_and_not_with_the_question():
    steps = HOW.replace("save:", "remind: 1\n  save:")
    talk = Talk(library(steps, lines=LINE, people=PEER, menu=SHALL, tales="- say: A story."))
    talk.texts("hi").texts("i want to die").is_reminded()
    assert TOLD["en"] in talk.said
    assert "Well?" not in talk.said


@pytest.mark.parametrize("asked", ["how", "shall", "pick", "leave"])
def test_silence_on_a_call_ends_nothing_and_leads_to_a_person_at_last(asked: str):
    talk = ben(asked)
    talk.is_silent()
    assert TOLD["en"] in talk.said
    for _ in range(14):
        talk.is_silent()
        assert talk.position.ended is None
        assert TOLD["en"] not in talk.said
    assert talk.is_silent().action(effects.ConnectPeer)


def test_silence_later_in_such_a_call_ends_nothing_either():
    talk = Talk(library(HOW.replace("- end: answered", "") + SHALL.replace("id: q", "id: r"), lines=LINE, people=PEER,
                        menu=SHALL, tales="- say: A story."), "voice")  # fmt: skip
    talk.starts().says("I want to kill myself").presses("3")
    for _ in range(6):
        talk.is_silent()
    assert (talk.position.step, talk.position.ended) == ("r", None)


WATCHED = [
    "dont text back he reads my phone", "Don't text me, he checks my phone", "he goes through my phone dont reply",
    "no me escribas, me revisa el celular", "no contesten, él lee mis mensajes", "me revisa el cel no me respondan",
]  # fmt: skip


@pytest.mark.parametrize("words", WATCHED)
def test_whose_phone_is_watched_is_told_of_and_not_written_to(words: str):
    for talk in (ana("how"), Talk(LIBRARIES["how"], facts={"first_contact": True})):
        talk.texts(words)
        assert talk.said == ""
        assert talk.action(effects.RaiseAlert).rule.endswith("-watched")
        kept = {action.name: action.given for action in talk.actions if isinstance(action, effects.SaveConsent)}
        assert kept == {"calls": False, "texts": False}, "nothing is begun by us"
        assert talk.action(effects.PauseFollowUps).length == timedelta(days=365)
        assert not [action for action in talk.actions if isinstance(action, effects.OptOut)], "they may write again"
        assert (talk.position.ended, talk.last.wait, talk.last.remind) == ("watched", None, None)
        assert talk.texts("hi").said, "when they write again they are answered"


def test_on_a_call_somebody_whose_phone_is_watched_is_answered():
    assert "9 8 8" in Talk(LIBRARIES["how"], "voice").starts().says("do not text back he reads my phone").said


UNSURE = ["STOP everything", "alto a todo esto", "sáquenme de aquí", "u never text me anymore", "cancel me", "end it"]


@pytest.mark.parametrize("words", UNSURE)
def test_what_may_be_a_cry_or_a_stop_is_asked_back_once(words: str):
    for talk in (Talk(LIBRARIES["how"]).texts("hi"), Talk(LIBRARIES["how"])):
        talk.texts(words)
        assert talk.said.startswith(("Should we stop texting you?", "¿Ya no quiere recibir textos?"))
        assert talk.position.awaiting == "answer"
        assert not [action for action in talk.actions if isinstance(action, effects.OptOut)]
        assert "Should we stop" not in talk.texts(words).said
        assert talk.texts("STOP").position.ended == "opted_out"


CRIES = [
    "please stop me", "stop me", "someone stop me", "PARA. haz que pare", "párenme", "deténganme", "make it stop",
    "quiero que todo pare", "darme de baja de la vida", "ya quiero darme de baja de esta vida", "angel shot",
    "im done texting. done with it all", "ask for angela", "mask 19", "mascarilla 19", "kms", "not safe here",
    "I'd like to order a pizza, can't talk", "took them all", "me desvivo", "me pegó", "🔫", "💊🪦", "🪦 😭",
]  # fmt: skip


@pytest.mark.parametrize("words", CRIES)
def test_a_cry_is_danger_and_never_a_stop(words: str):
    talk = Talk(LIBRARIES["how"]).texts("hi").texts(words)
    assert talk.action(effects.RaiseAlert).kind == "crisis"
    assert talk.position.ended is None


HELP = ["SOS", "sos!", "911", "emergency", "auxilio", "¡Emergencia!", "need help now", "send help", "ayúdenme"]


@pytest.mark.parametrize("words", HELP)
def test_a_cry_for_help_in_a_word_is_help(words: str):
    talk = Talk(LIBRARIES["how"]).texts("hi").texts(words)
    assert (talk.action(effects.RaiseAlert).kind, "988" in talk.said or "9 8 8" in talk.said) == ("help", True)


CALM = [
    "good help", "sos bot", "help bot", "ok bye", "good night", "me muero de sueño", "all done", "im dead lol", "😂💀",
    "💀", "noise", "no estoy segura", "order a pizza", "me corté el pelo", "kill me lol", "jaja me muero",
    "the cops stop me a lot", "dont stop me now",
]  # fmt: skip


@pytest.mark.parametrize("words", CALM)
def test_everyday_words_alarm_nobody(words: str):
    talk = Talk(LIBRARIES["how"]).texts("hi").texts(words)
    assert [action for action in talk.actions if isinstance(action, effects.RaiseAlert)] == []
