"""Ana sends a voice note, or something that cannot be opened."""

from __future__ import annotations

from flows.engine import effects
from flows.engine.inputs import Texted
from flows.loading import build
from flows.model.text import Value
from tests.core.seeded import files
from tests.core.talk import Talk

UNREAD = "We can't open what came with your text."


def ana() -> Talk:
    library, findings = build(files())
    assert library is not None, findings
    return Talk(library, flow="care").starts()


def at_the_message() -> Talk:
    return ana().texts("5").texts("2")


def test_a_voice_note_is_the_message_where_one_is_asked_for() -> None:
    talk = at_the_message().happens(Texted("", 1, "note-1"))

    case = talk.action(effects.OpenCase)
    assert (case.kind, case.recording, case.words) == ("message", "note-1", None)
    assert "May we share it?" in talk.said


def test_words_before_and_with_it_are_not_lost() -> None:
    talk = at_the_message().texts("It is about my brother.").happens(Texted("listen", 1, "note-1"))

    assert talk.action(effects.OpenCase).words == "It is about my brother.\nlisten"


def test_the_story_that_is_handed_in_is_the_voice_note() -> None:
    talk = at_the_message().happens(Texted("hear me", 1, "note-1")).texts("yes")

    story = talk.action(effects.SaveStory)
    assert (story.recording, story.words) == ("note-1", "hear me")


def test_where_words_are_asked_for_it_is_not_taken_and_destroyed() -> None:
    talk = ana().happens(Texted("", 1, "note-1"))

    assert talk.action(effects.ForgetRecording).recording == "note-1"
    assert talk.said.startswith(UNREAD)
    assert "How are you, from 1 to 5?" in talk.said
    assert talk.position.tries == 0, "it was no wrong answer"


def test_the_words_beside_a_file_are_heard() -> None:
    talk = ana().happens(Texted("5", 1))

    assert talk.said.startswith(UNREAD)
    assert "What next?" in talk.said


def test_danger_beside_a_file_is_heard() -> None:
    talk = at_the_message().happens(Texted("i want to die", 1))

    assert talk.action(effects.RaiseAlert).kind == "crisis"


def test_a_file_as_the_first_text_is_welcomed() -> None:
    library, _ = build(files())
    assert library is not None
    talk = Talk(library).happens(Texted("", 1))

    assert talk.said.startswith(UNREAD)
    assert "How are you, from 1 to 5?" in talk.said
    values: dict[str, Value] = dict(talk.position.variables)
    assert values == {}
