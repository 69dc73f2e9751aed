"""What a new line begins with is complete, heard as written, and keeps to the rules of safe messaging."""

from __future__ import annotations

import re

import pytest

from checkin.samples import library
from checkin.samples.library import Sample, Tip
from checkin.telephony.audio import to_telephone

TOPICS = {"alone", "grief", "sober", "anxious", "nights", "family"}
STORIES = library.stories()
TIPS = library.tips()

UNSAFE = re.compile(
    r"\d|\b(mg|gram|dose|pill|bottle|needle|heroin|fentanyl|vodka|beer|whisky|detox|medication|overdose|suicide|kill|"
    r"dosis|pastilla|botella|aguja|heroina|cerveza|tequila|medicina|medicamento|sobredosis|suicidio|matar)\w*",
    re.IGNORECASE,
)
"""Amounts, means, brands and methods: words that a story for strangers does without."""

HELP = re.compile(
    r"\b(call|called|calls|group|peer|counselor|doctor|someone|somebody|meeting|rang|ring|"
    r"llam\w+|grupo|línea|compañer\w+|reunión)\b",
    re.IGNORECASE,
)


def test_every_topic_is_there_in_both_languages() -> None:
    assert {(story.topic, story.language) for story in STORIES} == {(t, lang) for t in TOPICS for lang in ("en", "es")}
    assert {tip.topic for tip in TIPS} == TOPICS
    assert len(TIPS) >= 10
    assert all(set(tip.words) == {"en", "es"} for tip in TIPS)


def test_names_and_titles_are_told_apart() -> None:
    assert len({story.name for story in STORIES}) == len({story.title for story in STORIES}) == len(STORIES) >= 12
    assert len({tip.name for tip in TIPS}) == len(TIPS)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_speaks_for_itself_finds_help_and_harms_nobody(story: Sample) -> None:
    words = story.transcript.split()
    assert 60 <= len(words) <= 145
    assert not UNSAFE.search(story.transcript), UNSAFE.search(story.transcript)
    assert HELP.search(story.transcript)
    assert re.search(r"\b(I|my|me|yo|mi|me)\b", story.transcript)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_its_recording_is_of_these_words_and_telephone_audio(story: Sample) -> None:
    assert library.made()[story.name]["from"] == story.fingerprint(), "run make_audio again"
    made = to_telephone(story.audio.read_bytes())
    assert 1.5 <= len(story.transcript.split()) / made.seconds <= 2.8, "words a second of an unhurried talk"
    assert made.seconds == pytest.approx(story.seconds, abs=1)
    assert made.heard > 0.7 * made.seconds
    assert not story.short or made.seconds < 45


def test_who_waits_can_hear_a_short_one_in_their_language() -> None:
    short = [story.language for story in STORIES if story.short]
    assert short.count("en") >= 2
    assert short.count("es") >= 2
    assert not any(story.note for story in STORIES if story.short), "nobody can be asked first while they wait"


def test_what_weighs_on_a_listener_is_said_before() -> None:
    for story in STORIES:
        if re.search(r"\b(died|death|dark|murió)\b", story.transcript):
            assert story.note.endswith(".")


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.name)
def test_a_tip_fits_into_one_or_two_texts(tip: Tip) -> None:
    for words in tip.words.values():
        assert len(words) <= 160
        assert not UNSAFE.search(words.replace("911", ""))


def test_the_wait_music_can_be_repeated_without_a_jolt() -> None:
    made = to_telephone(library.WAIT_MUSIC.read_bytes(), form="wav")
    assert 30 <= made.seconds <= 60


def test_all_of_it_together_stays_small() -> None:
    assert sum(file.stat().st_size for file in library.FOLDER.rglob("*") if file.is_file()) < 6_000_000
