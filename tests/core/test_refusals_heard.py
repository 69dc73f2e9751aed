"""Who wants no more texts, who says by which channel we may come, and who only speaks of such things."""

from __future__ import annotations

import time
from collections import Counter
from functools import cache
from types import SimpleNamespace

import pytest

from flows.words.danger import scale
from flows.words.keywords import GlobalWord, KeywordMatcher
from tests.corpus import measure, train
from tests.make import library

STORIES = {
    "the words of the law and of the network, alone": (
        "stop",
        """
        STOP|Stop All|stopall|END|quit.|Revoke|opt out|opt-out|OPTOUT|cancel!|UNSUBSCRIBE|Remove|cease
        PARAR|Alto|BAJA|cancelar|Detener|FIN|anular|no mas
        """,
    ),
    "spaced, drawn out, slipped, in quotes, with pictures": (
        "stop",
        """
        S T O P|s.t.o.p|s-t-o-p|STOOOOOP|stoppp|sotp|stpo|stahp|unsubcribe|un subscribe|"STOP"|'stop'|*STOP*
        (stop)|-stop-
        🛑🛑 stop|stop 👎|P A R A R|pa rar|canselar|kancelar|"PARAR"|.parar|no + mensajes|wrong #
        """,
    ),
    "with courtesy, repetition, a name, and both languages": (
        "stop",
        """
        STOP STOP STOP|stop pls|Stop, thanks, Bob|Thx but stop - Denise|Stop Sent from my iPhone|ok. Stop.
        stop por favor
        cancelar pls|remove me por favor|Alto, gracias. Atte. Sra. Mendoza|Baja. Gracias, Beto
        Parar, bendiciones hermanos
        Please remove me from your contact list. Thank you, Carol|Cancelar. Enviado desde mi iPhone
        """,
    ),
    "in plain words": (
        "stop",
        """
        please stop texting me|Stop sending me this crap|no more texts|dont txt me no more
        I no longer wish to receive these
        take my name off whatever list this is|I revoke consent to be contacted at this number.|not interested
        Lose. My. Number.
        leave me the hell alone|i dont remember signing up and i dont want it|How about unsubscribe me
        no mas texts please
        no me embien mas mensajes|ya párenle con los mensajes|déjenme en paz|bórrenme de la lista
        quiero darme de baja
        les pido de favor que ya no me manden textos|no me interesa, gracias|ya no necesito el servicio
        que no me escriban
        """,
    ),
    "who is not the one we look for": (
        "stop",
        """
        sorry u have the wrong number|There is no Teresa at this number|This isn't Marcus's phone anymore
        You got the wrong guy
        this is not Kayla, wrong number|I just got this number last month, I'm not the person you are looking for
        numero equivocado|esta equivocado de numero|aqui no vive ningun Carlos, wrong number
        Creo que se equivocaron, este no es el teléfono de Rosario, ya no escriban aquí
        """,
    ),
    "with a reason beside it": (
        "stop",
        """
        My counselor put my number in and I really don't want to be part of it. Please take me out.
        I get charged for every text. Stop sending them|who tf is this dont text me|yall quit messaging me its 6 am
        please take this number off of your system, it is my fathers phone and he passed away
        Este es mi teléfono del trabajo, no me manden mensajes aquí|no sé quién es usted pero no me escriba
        """,
    ),
    "any more texts or calls": (
        "text_only",
        """
        do not call me|no calls please|please dont call me my kids are asleep|I'd rather text
        stop calling me, just text
        I'm deaf, please text, don't call|can we keep this to text|take me off the call list but keep texting me
        no me llamen, solo mensajes|mejor por texto|prefiero textear|no me marquen, escríbanme
        soy sordo, solo puedo por texto
        """,
    ),
    "calls and no texts": (
        "call_only",
        """
        don't text me, call me|no texts, calls only|i'd rather get a call|call me instead|can someone call me
        Do not send text messages to this phone. You may call me between 9 and 5.|driving cant text, call?
        mejor llámame|no textos, llamadas sí|prefiero que me llamen|No me escriba, hábleme por teléfono
        no texto, hablame
        """,
    ),
    "who quotes, asks, negates, or speaks of something else": (
        None,
        """
        "STOP" is what she said|he told me to leave him alone|should i stop texting him?
        don't stop texting me please
        how do i stop these texts if i want to?|I can't stop drinking|i want to stop using
        Please don't unsubscribe me
        i need to quit|stop smoking tips|stop sign|I'm at the bus stop|cancel my plans
        make the shaking stop what do i do
        Done lying to my wife|No more vodka in this house, poured it all out|got removed from the sober house
        no thanks im good
        Emphasized "STOP"|are you a person|whats wrong with me|the end of my marriage started the drinking
        no dejen de escribirme|no me borren de la lista por favor|mi ex me dijo que lo dejara en paz
        no puedo parar de tomar
        borré el número del que me vendía|nunca me dejes de escribir amiga|por qué ya no me mandan mensajes?
        no, me interesa
        el fin de semana es lo más duro|la presión baja me tiene mareada|quiero parar pero no sé cómo
        quiero salir de esto
        """,
    ),
    "clearly, beside words that nobody can foresee": (
        "stop",
        """
        leave me alone, I am tired and the day was long|dont text me, i drank something
        STOP. my day was very bad|Stop - J. Whitaker, Akron OH|Stop u people r relentless
        Pursuant to the law I am telling you to cease texting this number
        no me escriba más doña, me voy con mi mamá|Dont need em. Dont want em. Dont send em.
        Kindly take this number out of your data base|no me tires mas mensajes mano
        cero mensajes por favor|ALTO=no mensajes|Fin, gracias totales|quiten este celular de donde lo tengan apuntado
        dejame de joder con los mensajitos
        """,
    ),
    "of others, asked, limited, taken back": (
        None,
        """
        are you going to stop texting me one day|can you make him stop texting me|my friends stop texting me
        If I ever want to quit the texts what do I do|wanna opt out of my own head sometimes
        take me off these meds|get me out now
        my ex keeps calling and he wont leave me alone|why did you stop texting me|should i unsubscribe or stay
        quiero que él deje de escribirme|me dieron de baja en el army|me quieren dar de baja del programa
        este es el numero de la linea de apoyo?|Ups, mensaje equivocado, era para mi comadre
        """,
    ),
    "who may mean it: the line asks back": (
        "maybe_stop",
        """
        stop texting me so early please lol|stop texting me he said and then he hung up on me
        please dont text me when i am at church|dont text me before noon
        Stop! that is hilarious|no me escriba tan temprano, doña
        wrong number of pills in my blister pack, who do i call|que no me manden al hospital es lo que pido
        ya no me manden mensajes cuando estoy en el trabajo
        """,
    ),
}


@pytest.fixture(scope="module")
def matcher() -> KeywordMatcher:
    return library().matcher


@pytest.fixture(scope="module")
def reader(matcher: KeywordMatcher) -> KeywordMatcher:
    """The same, which reads each text once: several tests count the same thousands."""
    remembering: KeywordMatcher = SimpleNamespace(hear=cache(matcher.hear))  # type: ignore[assignment]
    return remembering


def told(table: str) -> list[str]:
    return [text.strip() for row in table.strip().splitlines() for text in row.split("|")]


ROWS = [(kind, text) for kind, table in STORIES.values() for text in told(table)]


@pytest.mark.parametrize(("kind", "text"), ROWS, ids=[text for _, text in ROWS])
def test_what_ana_wants_is_heard(matcher: KeywordMatcher, kind: str | None, text: str) -> None:
    word = matcher.hear(text)
    assert (word.kind if word else None) == kind


def test_a_keyword_is_told_from_plain_words(matcher: KeywordMatcher) -> None:
    assert matcher.hear("stop, thanks") == GlobalWord("stop")
    assert matcher.hear("please stop texting me") == GlobalWord("stop", "en", "refusal")
    assert matcher.hear("ya no me escriban") == GlobalWord("stop", "es", "refusal")


@pytest.mark.parametrize(
    ("text", "asks"),
    [("call me please", True), ("do not call me", False), ("no me llamen", False), ("don't text me, call me", True)],
)
def test_who_wants_no_call_does_not_ask_for_one(matcher: KeywordMatcher, text: str, asks: bool) -> None:
    assert matcher.asks_for_a_call(text) is asks


OURS = (
    "danger", "lookalike", "menu", "more_refusals", "plain_none_a", "plain_none_b", "reactions", "refusals", "short",
    "short_everyday", "short_grief",
)  # fmt: skip
"""Lists that no stranger wrote: of these nothing but a refusal ends a talk."""


@pytest.mark.xdist_group("corpus")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_corpus_is_heard_as_it_is_labelled(reader: KeywordMatcher, language: str) -> None:
    """Promises about everything that was collected. Of what nobody saw before a little less is heard."""
    found = measure.table(reader, measure.HERE, language)
    for label, least in (("stop", 0.95), ("channel.text", 0.9), ("channel.call", 0.9)):
        kinds = found[label]
        assert sum(kinds[kind] for kind in measure.MEANT[label]) / kinds.total() >= least, label
    first = measure.table(reader, measure.HERE, language, "refusals")
    assert first["stop"]["stop"] / first["stop"].total() >= 0.97, "the list that the rules began with"
    assert first["channel.text"]["stop"] == first["channel.call"]["stop"] == 0
    others = {label: kinds for label, kinds in found.items() if label not in measure.MEANT}
    talk = [kinds for label, kinds in others.items() if not label.startswith("danger")]
    ended = sum(kinds["stop"] for kinds in talk) / sum(kinds.total() for kinds in talk)
    assert ended < 0.002, "next to nothing else ends a talk"
    for ours in OURS:
        counted = measure.table(reader, measure.HERE, language, ours)
        said = [kinds for label, kinds in counted.items() if label not in measure.MEANT and label[:6] != "danger"]
        assert sum(kinds["stop"] for kinds in said) == 0, ours
    danger = [kinds for label, kinds in others.items() if label.startswith("danger")]
    not_enqueued = sum(kinds["stop"] for kinds in danger) / sum(kinds.total() for kinds in danger)
    assert not_enqueued < 0.005, "a cry that is read as STOP"
    asked = sum(kinds["maybe_stop"] for kinds in talk) / sum(kinds.total() for kinds in talk)
    assert asked < 0.03, "asked back without need"


@pytest.mark.parametrize(
    "unit", ["stop texting me ", "no me manden ", "please, ", "Ana ", '"stop" ', "if you ", "do not call me. ", "é "]
)
def test_no_text_takes_long_to_be_read(matcher: KeywordMatcher, unit: str) -> None:
    """By the processor's time: how busy the machine is beside it is no matter of the text."""
    matcher.hear("stop texting me, please")
    began = time.thread_time()
    matcher.hear((unit * 400)[:1600])
    matcher.hear((unit * 400)[:320])
    assert time.thread_time() - began < 0.5


@pytest.mark.xdist_group("corpus")
@pytest.mark.parametrize("language", ["en", "es"])
def test_danger_is_heard_in_what_was_collected_and_seldom_elsewhere(reader: KeywordMatcher, language: str) -> None:
    """As docs/words.md says. What strangers wrote is measured apart, and is not to be written against."""
    found = measure.table(reader, measure.HERE, language)
    danger = [kinds for label, kinds in found.items() if label.startswith("danger")]
    other = [kinds for label, kinds in found.items() if not label.startswith(("danger", measure.PAST))]
    assert _crisis(danger) / sum(kinds.total() for kinds in danger) > 0.975
    assert _crisis(other) / sum(kinds.total() for kinds in other) < 0.01
    for which, least in (("common", 0.97), ("stranger", 0.9)):
        unseen = measure.table(reader, measure.UNSEEN, language, which)
        meant = [kinds for label, kinds in unseen.items() if label.startswith("danger") and label != "danger.negated"]
        assert _crisis(meant) / sum(kinds.total() for kinds in meant) > least, which


@pytest.mark.parametrize("language", ["en", "es"])
def test_refusals_as_most_people_write_them_end_texts_and_nothing_else_does(
    matcher: KeywordMatcher, language: str
) -> None:
    found = measure.table(matcher, measure.UNSEEN, language, "common")
    assert found["stop"]["stop"] / found["stop"].total() > 0.96
    assert sum(kinds["stop"] for label, kinds in found.items() if label != "stop") == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_texts_weigh_was_learned_from_todays_lists(language: str) -> None:
    """Otherwise: python -m tests.corpus.train"""
    found = scale(language)
    assert found is not None
    assert {weights.learned_from for weights in found.weights.values()} == {train.digest(language)}


def _crisis(tables: list[Counter[str]]) -> int:
    return sum(kinds["crisis"] + kinds["crisis+stop"] for kinds in tables)
