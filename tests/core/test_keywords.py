"""Words that stand above every flow, as people really write them."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.words.keywords import KeywordMatcher
from tests.core.small import library
from tests.examples import examples

EARS: KeywordMatcher = library().matcher


def heard(body: str) -> str | None:
    word = EARS.hear(body)
    return word.kind if word else None


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", "Stop.", " STOP! ", "stopall", "STOP ALL", "Unsubscribe", "cancel", "END", "quit",
        "revoke", "optout", "opt out", "parar", "PARAR!", "please stop texting me", "Stop texting me.",
        "pls stop messaging me", "wrong number", "Sorry, you have the wrong number", "take me off your list",
        "don't text me again", "Wrong number. Who is this?", "unsubscribe me",
        "no more texts please", "leave me alone", "no me escriban mas", "numero equivocado",
        "dejen de escribirme por favor", "STOP\n", "\u200bSTOP",
    ],
)  # fmt: skip
def test_ana_wants_no_more_texts(body):
    assert heard(body) == "stop"


@pytest.mark.parametrize(
    "body",
    [
        "I can't stop drinking", "I want to stop", "stop is hard", "I quit my job",
        "I need this to end somehow soon enough", "my ex won't stop texting me", "can't stop texting him",
        "the end of the day", "no puedo parar de beber", "para ti",
        "I called the wrong number yesterday and a stranger was kind to me", "cancel my plans",
        "don't tell anyone", "stop telling me what to do",
    ],
)  # fmt: skip
def test_ana_tells_us_something(body):
    assert heard(body) != "stop"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("START", "start"), ("unstop", "start"), ("empezar", "start"), ("HELP", "help"), ("help me", "help"),
        ("ayuda", "help"), ("PERSON", "person"), ("a person", "person"), ("persona", "person"), ("menu", "menu"),
        ("MENÚ", "menu"), ("forget", "forget"), ("olvidar", "forget"), ("español", "language"),
        ("Espanol", "language"), ("ENGLISH", "language"), ("ingles", "language"),
    ],
)  # fmt: skip
def test_global_words_are_whole_texts_in_any_case(body, kind):
    assert heard(body) == kind
    assert heard(f"well {body.lower()} maybe but I do not know") != kind


def test_the_networks_own_words_say_nothing_about_the_language():
    assert EARS.hear("HELP").language is None
    assert EARS.hear("STOP").language is None
    assert EARS.hear("ayuda").language == "es"
    assert EARS.hear("menu").language is None, "the same word in both languages"


@pytest.mark.parametrize(
    "body",
    [
        "i want to kill myself", "I'm going to kill my self", "kil myself", "killmyself", "k i l l myself",
        "K.I.L.L. MYSELF", "k1ll myself", "kill mys3lf", "kiiilll myself", "KMS", "suicide", "su1c1de", "$uicide",
        "suicde", "sucide", "suicidal", "s u i c i d e", "sui cide", "unalive", "i wanna die", "i want to d i e",
        "wish i was dead", "better off dead", "I don't want to live anymore", "i do not want to be alive",
        "no reason to live", "end my life", "end it all", "I'm not going to kill myself",
        "I never wanted to hurt myself", "cutting myself", "self harm", "overdose", "I took too many pills",
        "he isn't breathing", "hang myself", "jump off a bridge", "quiero morir", "Me quiero morir",
        "me voy a matar", "quitarme la vida", "suicidarme", "no quiero vivir", "me corto", "sobredosis",
        "estaria mejor muerto",
    ],
)  # fmt: skip
def test_signs_of_danger_are_seen_however_they_are_written(body):
    word = EARS.hear(f"hi, {body} ok?")
    assert word is not None
    assert word.kind == "crisis"
    assert word.rule is not None
    assert word.language == word.rule.split("-")[0]


@pytest.mark.parametrize(
    "body",
    [
        "ya no quiero seguir", "hola ya no kiero seguir", "Buenas noches, ya no puedo seguir así", "me rindo",
        "I don't want to go on", "hello, i give up", "good evening. i dont wanna go on",
    ],
)  # fmt: skip
def test_few_words_are_a_cry_where_they_are_all_that_is_said(body):
    assert heard(body) == "crisis"


@pytest.mark.parametrize("body", ["no quiero seguir con la historia", "I don't want to go on Sunday", "don't give up"])
def test_the_same_words_about_something_else_are_none(body):
    assert heard(body) != "crisis"


@pytest.mark.parametrize(
    "body",
    [
        "i want to diet", "my phone died", "kill the lights", "this job is killing me", "what a killer song",
        "I cut my hair", "dead tired today", "I overslept", "the deadline is tomorrow", "hi", "2", "two i guess",
        "I would like to hear a story", "me muero de hambre", "I love my life", "my living room", "skill",
        "suit side", "",
    ],
)  # fmt: skip
def test_everyday_words_raise_no_alarm(body):
    assert heard(body) != "crisis"


def test_a_keyword_alone_is_obeyed_first_then_danger_then_all_else():
    assert heard("STOP") == "stop"
    assert heard("help i want to die") == "crisis", "only the bare word HELP is the keyword"
    assert heard("menu i want to die") == "crisis"


@pytest.mark.parametrize(
    "body",
    [
        "please stop texting me, i want to die", "STOP. I want to kill myself", "leave me alone i want to die",
        "Déjenme en paz, me quiero morir", "ya no me escriban. quiero morir",
    ],
)  # fmt: skip
def test_danger_is_heard_first_and_what_is_refused_beside_it_is_kept(body):
    word = EARS.hear(body)
    assert word.kind == "crisis"
    assert word.then is not None
    assert word.then.kind == "stop"


@pytest.mark.parametrize("body", ["i want to die", "she said leave me alone and i want to die", "quiero morir"])
def test_danger_alone_refuses_nothing(body):
    assert EARS.hear(body).then is None


@pytest.mark.parametrize(
    ("body", "length"),
    [
        ("PAUSE", timedelta(weeks=2)),
        ("pause 2 weeks", timedelta(weeks=2)),
        ("Pause 10 days", timedelta(days=10)),
        ("pause one month", timedelta(days=30)),
        ("pause a week", timedelta(weeks=1)),
        ("pausa tres semanas", timedelta(weeks=3)),
        ("pause 999 months", timedelta(days=365)),
    ],
)
def test_a_pause_has_a_length(body, length):
    word = EARS.hear(body)
    assert word.kind == "pause"
    assert word.length == length


@pytest.mark.parametrize("body", ["pause the music please", "pause 2", "pause 2 weeks and 3 days", "pauses"])
def test_what_is_no_pause_is_left_alone(body):
    assert heard(body) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [("WITHDRAW 7K4M", "7K4M"), ("withdraw 7K-4", "7K4"), ("RETIRAR A1B", "A1B"), ("retirar", "")],
)
def test_a_story_is_taken_back_by_its_code(body, code):
    word = EARS.hear(body)
    assert word.kind == "withdraw"
    assert word.code == code


@pytest.mark.parametrize("body", ["withdraw money", "withdrawal is hard", "withdraw from everything and everyone"])
def test_what_is_no_code_is_left_alone(body):
    assert heard(body) is None


def test_a_flow_can_add_words_and_takes_none_away():
    extra = {"person": ["sponsor"], "stop": ["basta ya"]}
    assert EARS.hear("Sponsor!", extra).kind == "person"
    assert EARS.hear("basta ya", extra).kind == "stop"
    assert EARS.hear("STOP", {"person": ["stop"]}).kind == "stop"


@settings(max_examples=examples(200))
@given(st.text(max_size=400))
def test_any_text_is_heard(body):
    EARS.hear(body)


@pytest.mark.parametrize(
    "unit",
    ["a ", "kill ", "want ... ", "i want to ", "k i l l ", "stop, ", "x", "suicid", ".", "é", "please ", "end my "],
)
def test_no_text_takes_long_however_it_is_made(unit):
    """Linear: four times the text takes about four times as long, and the longest text a fraction of a second."""
    body = (unit * 2000)[:1600]
    EARS.hear(body)
    began = time.thread_time()
    EARS.hear(body * 50)
    assert time.thread_time() - began < 0.5
