"""Stories: heard on a call, read by text, asked for, thanked for, and handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.engine import effects
from flows.engine.effects import NoteListen
from flows.engine.inputs import StoryFound
from flows.words.segments import count_segments
from tests.core.small import ELSE, examples, library
from tests.core.talk import Talk, story

TELLS = """
- id: tell
  story: {topic: "{{ answer | default: 'any' }}", max: 3}
  then: {finished: finished, none: none, stopped: stopped, peer: peer, hung_up: gone}
- id: finished
  end: finished
- id: none
  end: none
- id: stopped
  end: stopped
- id: peer
  end: peer
- id: gone
  end: gone
"""
LIBRARY = library(TELLS)
LONG = "It was hard at first. Then someone called me back. " * 24


def ben(*stories: StoryFound, **facts) -> Talk:
    return Talk(LIBRARY, "voice", stories=list(stories), facts=facts).starts()


def ana(*stories: StoryFound, **facts) -> Talk:
    return Talk(LIBRARY, stories=list(stories), facts=facts).texts("hi")


def notes(talk: Talk) -> list[str]:
    return [f"{part.story} {part.how}" for part in talk.done if isinstance(part, NoteListen)]


def test_ben_hears_a_story_after_its_note():
    talk = ben(story(note="This story mentions loss."))
    kinds = [type(part) for part in talk.done]
    said = [effects.Say, effects.Say, effects.Play, effects.Say, effects.Ask]
    assert kinds == [effects.ChooseStory, *said]
    assert "This story mentions loss." in talk.done[1].text
    assert talk.done[2].text == "It takes about 40 seconds."
    assert "3 to thank the storyteller" in talk.done[4].text
    assert notes(talk) == [], "he has heard no more than its note"
    talk.is_silent()
    assert notes(talk) == ["story1 started", "story1 finished"]
    assert talk.position.ended == "finished"


def test_a_story_without_sound_is_read_out():
    talk = ben(story(words="I was there.", seconds=0))
    assert "I was there." in talk.said
    assert not [part for part in talk.done if isinstance(part, effects.Play)]


@pytest.mark.parametrize(
    ("key", "note", "ended"),
    [("7", "story1 reported", "stopped"), ("9", "story1 stopped", "peer")],
)
def test_keys_that_lead_on(key, note, ended):
    talk = ben(story()).presses(key)
    assert note in notes(talk)
    assert talk.position.ended == ended


def test_one_is_the_next_and_never_the_same():
    talk = ben(story(1), story(2)).presses("1")
    assert notes(talk) == ["story1 skipped", "story2 started"]
    assert talk.action(effects.ChooseStory).not_again == ("story1",)
    talk.presses("1")
    assert "no more" in talk.said.lower() or talk.said
    assert talk.position.ended == "finished"


def test_no_more_than_the_flow_allows():
    talk = ben(*(story(number) for number in range(1, 6))).presses("1").presses("1")
    assert talk.position.awaiting == "story_keys"
    assert talk.presses("1").position.ended == "finished"


def test_two_is_again_and_three_is_thanks():
    talk = ben(story()).presses("2")
    assert talk.action(effects.Play).story == "story1"
    talk.presses("3")
    assert notes(talk) == ["story1 thanked"]
    assert isinstance(talk.done[-1], effects.Ask)


def test_words_do_what_keys_do():
    talk = ben(story(1), story(2)).says("next")
    assert "story2 started" in notes(talk)
    assert notes(talk.says("thank you")) == ["story2 thanked"]
    assert talk.says("stop").position.ended == "stopped", "on a call, stop is said to the story"


def test_a_wrong_key_is_explained_and_not_for_ever():
    talk = ben(story()).presses("5")
    assert "3 to thank" in talk.said
    assert talk.presses("5").presses("5").position.ended == "stopped"


def test_a_hang_up_in_the_middle_is_noted():
    talk = ben(story()).hangs_up()
    assert notes(talk) == ["story1 stopped"]
    assert talk.position.ended == "gone"


def test_ana_reads_a_story_in_parts_of_three_segments():
    talk = ana(story(words=LONG, note="Loss."))
    assert "Before you read: Loss." in talk.said
    assert " parts." in talk.said
    assert "It was hard" not in talk.said
    talk.texts("Next")
    read = []
    while True:
        assert count_segments(talk.said) <= 3
        read.append(next(part.text for part in talk.done if isinstance(part, effects.Say) and part.text in LONG))
        if talk.position.scratch["story"]["part"] + 1 == len(talk.position.scratch["story"]["parts"]):
            break
        talk.texts("Next")
    assert " ".join(read) == LONG.strip()
    assert len(read) > 2
    assert notes(talk.waits()) == ["story1 finished"]
    assert talk.position.ended == "finished"


def reached(talk: Talk) -> list[float | None]:
    return [part.reached for part in talk.done if isinstance(part, NoteListen) and part.how == "stopped"]


@pytest.mark.parametrize("leaves", [Talk.hangs_up, lambda talk: talk.presses("*"), lambda talk: talk.presses("9")])
def test_how_far_ben_came_is_told_by_the_clock(leaves: Callable[[Talk], Talk]):
    talk = ben(story(seconds=100))
    talk.now += timedelta(seconds=42)
    assert reached(leaves(talk)) == [pytest.approx(0.4, abs=0.02)], "the announcement takes about two seconds"


def test_he_goes_on_a_little_before_where_he_stopped_and_can_hear_it_all_again():
    talk = ben(replace(story(seconds=100), reached=0.4))
    assert "from where you stopped" in talk.said
    (played,) = (part for part in talk.done if isinstance(part, effects.Play))
    assert played.begin == 35
    talk.now += timedelta(seconds=22)
    talk.presses("2")
    (played,) = (part for part in talk.done if isinstance(part, effects.Play))
    assert played.begin == 0
    talk.now += timedelta(seconds=10)
    assert reached(talk.hangs_up()) == [pytest.approx(0.1, abs=0.02)]


def test_ana_goes_on_with_the_part_that_she_has_not_read():
    talk = ana(story(words=LONG))
    parts = talk.position.scratch["story"]["parts"]
    (came,) = reached(talk.waits())
    again = ana(replace(story(words=LONG), reached=came))
    assert parts[1] in again.said
    assert parts[0] not in again.said


def test_of_a_story_that_is_read_out_nobody_knows_how_far_it_came():
    assert reached(ben(story(words=LONG, seconds=0)).hangs_up()) == [None]


def test_a_story_that_was_not_read_to_its_end_was_stopped():
    talk = ana(story(words=LONG)).waits()
    assert notes(talk) == ["story1 stopped"]
    assert talk.position.ended == "stopped"


@pytest.mark.parametrize(
    ("words", "note", "ended"),
    [
        ("stop reading", "story1 stopped", "stopped"),
        ("enough", "story1 stopped", "stopped"),
        ("basta", "story1 stopped", "stopped"),
        ("STOP", None, "opted_out"),
        ("9", "story1 stopped", "peer"),
    ],
)
def test_words_that_end_the_reading(words, note, ended):
    talk = ana(story(words=LONG)).texts(words)
    assert notes(talk) == ([note] if note else [])
    assert talk.position.ended == ended


def test_another_story_by_text_and_thanks():
    talk = ana(story(1, LONG), story(2)).texts("another")
    assert notes(talk) == ["story1 skipped", "story2 started"]
    assert notes(talk.texts("Thanks!")) == ["story2 thanked"]
    assert notes(talk.texts("next"))[0] == "story2 finished", "its only part was read"


@pytest.mark.parametrize("heard", [False, True])
def test_an_empty_library_is_an_outcome_of_its_own_where_the_flow_has_it(heard: bool) -> None:
    ways = TELLS.replace("none: none,", "none: none, nothing_yet: empty,") + "- id: empty\n  end: empty\n"
    talk = Talk(library(ways), stories=[story()] if heard else []).texts("hi")
    assert talk.position.ended == (None if heard else "empty")


def test_no_story_is_an_outcome():
    assert ana().position.ended == "none"


def test_a_story_in_another_language_is_announced():
    talk = ben(StoryFound("s", "Una historia", "Estuve ahí.", "", 30, "es"))
    assert "español" in talk.said
    assert talk.action(effects.Play).language == "es"


def test_the_topic_comes_from_the_conversation():
    steps = f"- ask: Which?\n  text: true\n  save: answer\n  {ELSE}\n" + TELLS
    talk = Talk(library(steps)).texts("hi").texts("grief")
    assert talk.action(effects.ChooseStory) == effects.ChooseStory("grief", "en", "unheard", ())


def test_after_danger_no_story_starts_by_itself():
    steps = "- ask: Hear one?\n  yes_no: true\n  then: {no: bye, timeout: tell, invalid: tell, hung_up: over}\n" + TELLS
    made = library(steps)
    asked = Talk(made, stories=[story()], facts={"crisis": True}).texts("hi").texts("yes")
    assert "story1 started" in notes(asked), "someone who asks for a story gets one"
    silent = Talk(made, stories=[story()], facts={"crisis": True}).texts("hi").waits()
    assert silent.position.ended == "peer"
    assert notes(silent) == []


def test_ana_hands_in_her_own_story():
    talk = Talk(examples(), flow="share_story").texts("hi").texts("yes").texts("loss")
    assert "DONE" in talk.said
    talk.texts("I lost my brother.").texts("It got lighter.")
    assert "6 words" in talk.texts("Done").said or "7 words" in talk.said
    talk.texts("use it").texts("first").texts("yes")
    saved = talk.action(effects.SaveStory)
    assert (saved.words, saved.recording) == ("I lost my brother.\nIt got lighter.", None)
    assert (saved.topic, saved.credit, saved.state) == ("grief", "first", "waiting_review")
    consent = talk.action(effects.SaveConsent)
    assert (consent.name, consent.given) == ("share_story", True)
    assert "May we play your story" in consent.wording
    assert talk.action(effects.ScheduleFollowUp).after == timedelta(days=7)
    assert talk.position.ended == "shared"


def test_ben_hears_his_recording_back_and_starts_over():
    talk = Talk(examples(), "voice", flow="share_story").starts().presses("1").presses("3")
    assert isinstance(talk.done[-1], effects.Record)
    assert talk.done[-1].longest == timedelta(minutes=5)
    talk.records(42, "first-try")
    assert "42 seconds" in talk.said
    talk.presses("2")
    assert talk.action(effects.PlayBack).recording == "first-try"
    talk.presses("3").records(30, "second-try")
    assert talk.action(effects.ForgetRecording).recording == "first-try"
    talk.presses("4")
    assert talk.action(effects.ForgetRecording).recording == "second-try"
    assert talk.position.ended == "declined"


def test_a_story_without_a_yes_stays_private_and_is_forgotten():
    talk = Talk(examples(), "voice", flow="share_story").starts().presses("1").presses("3").records(42, "r9").hangs_up()
    saved = talk.action(effects.SaveStory)
    assert (saved.recording, saved.state, saved.forget_after) == ("r9", "private", timedelta(days=30))
    assert talk.said == ""
    assert talk.position.ended == "not_shared"


def test_a_story_that_was_handed_in_is_not_destroyed():
    steps = """
- record: Tell.
  save: taken
  then: {recorded: give, empty: bye, hung_up: over}
- id: give
  story: {submit: taken}
- set: {taken: null}
"""
    talk = Talk(library(steps), "voice").starts().records(20, "kept")
    assert talk.action(effects.SaveStory).recording == "kept"
    assert not [part for part in talk.done if isinstance(part, effects.ForgetRecording)]
