"""What the line says as it is shipped: kind, short, discreet, in both languages alike."""

from __future__ import annotations

import re

import pytest

from flows.engine.sentences import line_names
from flows.loading import load
from flows.model.templates import compiled, render
from flows.transcripts.format import TranscriptContact
from flows.transcripts.world import World
from flows.words.keywords import KeywordMatcher
from flows.words.segments import count_segments
from tests.core.seeded import SHIPPED
from tests.core.test_talk import NOON

LABELS = re.compile(
    r"\b(addicts?|addicted|junk(y|ie)|alcoholics?|users?|clean|patients?|clients?|victims?|adict[oa]s?)\b", re.I
)
LIBRARY = load(SHIPPED)
SENTENCES = [
    (language, name, channel)
    for language, words in LIBRARY.words.items()
    for name in words.sentences
    for channel in ("sms", "voice")
]
HOLES = {"until": "March 16", "minutes": 2, "min": 1, "max": 5, "key": 1, "label": "x", "options": "1 x", "note": "x",
         "value": "x", "language": "x", "time": "9 am", "day": "Monday", "date": "March 2", "word": "skip"}  # fmt: skip


@pytest.fixture
def matcher() -> KeywordMatcher:
    return LIBRARY.matcher


def said(language: str, name: str, channel: str) -> str:
    picked = LIBRARY.words[language].sentences[name].pick("sms" if channel == "sms" else "voice", [language])
    assert picked is not None
    line = LIBRARY.lines["default"]
    told = {"code": language, "clock": LIBRARY.words[language].clock}
    some = dict.fromkeys(compiled(picked.text).analyze().variables, "7K4M")
    return render(picked.text, {**some, **line_names(line, line.name), **HOLES, "_language": told})


def test_both_languages_have_the_same_sentences() -> None:
    assert set(LIBRARY.words["en"].sentences) == set(LIBRARY.words["es"].sentences)


@pytest.mark.parametrize(("language", "name", "channel"), SENTENCES)
def test_a_sentence_by_text_takes_two_segments_at_most(language: str, name: str, channel: str) -> None:
    words = said(language, name, channel)

    assert words
    assert channel == "voice" or count_segments(words) <= 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_help_names_the_line_the_crisis_number_a_peer_and_the_way_out(language: str) -> None:
    words = said(language, "help", "sms")

    for needed in (
        "Harbor Line",
        "988",
        "911",
        {"en": "PEER", "es": "PERSONA"}[language],
        {"en": "STOP", "es": "PARAR"}[language],
    ):
        assert needed in words
    assert count_segments(words) <= 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_crisis_text_gives_the_number_and_promises_nobody_who_reads(language: str) -> None:
    words = said(language, "crisis", "sms")

    assert "988" in words
    assert "911" in words
    assert not re.search(r"police|polic[ií]a|someone is reading|will (answer|reply) (soon|now)", words, re.I)


def test_no_text_labels_a_person() -> None:
    texts = [
        words
        for flow in LIBRARY.flows.values()
        for step in flow.steps
        for slot in (getattr(step, "say", None), getattr(step, "ask", None), getattr(step, "record", None))
        if slot is not None
        for _, _, words in slot.sources()
    ]
    texts += [
        words
        for tongue in LIBRARY.words.values()
        for slot in tongue.sentences.values()
        for _, _, words in slot.sources()
    ]

    assert [words for words in texts if LABELS.search(words)] == []


@pytest.mark.parametrize("flow", ["check_in", "follow_up_after_relay"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_that_we_begin_says_nothing_about_recovery(flow: str, language: str) -> None:
    consents = ("check_ins", "follow_ups")
    world = World(LIBRARY, "sms", NOON, "default", TranscriptContact(language=language, consent=consents))
    world.begin(flow, by="us")

    words = "\n".join(part.text for part in world.take())
    assert "Harbor Line" in words
    assert {"en": "STOP", "es": "PARAR"}[language] in words
    assert not re.search(r"recover|sober|peer|drink|drug|addict|recupera|sobri|consum|adic|apoyo", words, re.I)
    assert count_segments(words) <= 2


@pytest.mark.parametrize(
    "word", ["PEER", "STORY", "CHECKIN", "MESSAGE", "SHARE", "MENU", "amigo", "historia", "compartir"]
)
def test_every_keyword_leads_somewhere(word: str) -> None:
    found = LIBRARY.keyword("default", word)

    assert (found and found[0] in LIBRARY.flows) or LIBRARY.matcher.hear(word).kind == "menu"  # type: ignore[union-attr]


CRISIS = """i want to kill myself|im going to kill my self|kms|i wanna die|sucidal thoughts|su1c1de|k i l l myself
i'm not going to kill myself|i dont want to live anymore|I do not want to be here any more|i cant go on
no reason to live|took too many pills|she wont wake up|im going to hang myself|cutting myself|end it all
better off without me|my friend overdosed|he's not breathing|hes hitting me|goodbye forever|i wish i was dead
quiero matarme|me quiero morir|no quiero vivir|suisidio|no puedo más|tomé muchas pastillas|no respira
me está pegando|quiero hacerme daño|me voy a matar|ganas de morir|quitarme la vida"""

REFUSALS = """please stop texting me|Stop texting me!|take me off your list|wrong number|sorry, wrong number
leave me alone|don't text me again|do not contact me anymore|no more messages please|remove me from this list
unsubscribe me|no me escriban más|ya no me escriban|número equivocado|quítenme de la lista|dejen de escribirme por favor
please remove me"""

NEITHER = """i cant stop drinking|i want to talk|can i get help with my taxes|she wont call me|my dad died last year
i took my pills|i want to live|feeling alone|i cut my hair|my family|he won't stop calling me|no puedo dormir
she told me to stop texting him|can you text me|i got the wrong number of pills|me escriban cuando puedan"""


def listed(texts: str) -> list[str]:
    return [text for line in texts.splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", listed(CRISIS))
def test_a_sign_of_danger_is_heard(matcher: KeywordMatcher, text: str) -> None:
    word = matcher.hear(text)
    assert word is not None
    assert word.kind == "crisis"


@pytest.mark.parametrize("text", listed(REFUSALS))
def test_a_plain_refusal_is_a_stop(matcher: KeywordMatcher, text: str) -> None:
    word = matcher.hear(text)
    assert word is not None
    assert word.kind == "stop"


@pytest.mark.parametrize("text", listed(NEITHER))
def test_what_is_neither_is_left_to_the_flow(matcher: KeywordMatcher, text: str) -> None:
    assert matcher.hear(text) is None
