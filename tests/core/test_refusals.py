"""Plain ways of leaving, in both languages: what must count as STOP (47 CFR 64.1200(a)(10)), and what must not."""

from __future__ import annotations

import pytest

from flows.words.keywords import KeywordMatcher
from tests.make import library

MUST = {
    "en": """
        stop|STOP|Stop.|stop!!|please stop|stop please|STOP ALL|stopall|unsubscribe|Unsubscribe me|cancel|end
        quit|revoke|opt out
        OPTOUT|i want to opt out|please stop texting me|stop texting me|Stop texting me!!!|stop messaging me
        pls stop txting me
        quit texting me|stop contacting me|stop writing to me|stop sending me texts
        stop sending me these messages
        stop with the texts|please stop all texts|don't text me|dont text me anymore|do not text me again
        never text me again
        don't message me any more|do not contact me|please do not contact me again
        don't write to me|take me off your list|take me off|please take me off this list|take my number off your list
        remove me|remove my number|please remove me from your list|remove me from this|delete my number
        get me off this list
        no more texts|no more texts please|stop please, no more texts|no more messages
        no more check ins|wrong number|Wrong number!
        sorry, wrong number|you have the wrong number|you've got the wrong number
        i think you have the wrong number|wrong person
        this is the wrong person|not my number|leave me alone|please leave me alone|lose my number|i don't want texts
        i don't want these messages anymore|i do not want any more texts|no longer text me|hey, stop texting me, ok?
        I'm fine now. Please stop texting me.|thanks but stop texting me""",
    "es": """
        parar|PARAR|alto|basta de mensajes|no me escriba|no me escriban|no me escriban más|ya no me escriban
        por favor no me escriban|no me manden mensajes|no me manden más mensajes
        no me contacten
        no me envíen mensajes|no me molesten|dejen de escribirme|deje de escribirme|por favor dejen de escribirme
        dejen de mandarme mensajes|paren de escribirme|déjenme en paz|quítenme de la lista
        quítenme de su lista|sáquenme de la lista|bórrenme|bórrenme de su lista|elimínenme|quiten mi número
        borren mi número
        número equivocado|Número equivocado.|perdón, número equivocado|tiene el número equivocado|se equivocó de número
        no soy esa persona|no más mensajes|no quiero más mensajes|no quiero recibir mensajes
        quiero darme de baja|salir de la lista
        cancelar|oiga, no me escriban más, gracias""",
}
MUST_NOT = {
    "en": """
        i can't stop drinking|i want to quit drinking|i quit yesterday|i cant end this feeling|how do i stop
        help me stop
        he won't stop calling me|she told me to stop texting him|i stopped texting her|i want to stop using
        i have to stop texting my ex|i got the wrong number of pills|my wife said leave me alone
        everyone leaves me alone
        nobody texts me|they never call me|she wont call me|can you text me|please text me|call me|can you call me
        don't leave me alone|please don't stop|don't stop texting me|i don't want to stop|i do not want to be alone
        i don't want to be here|i want to die|remove the pain|take me off these meds|delete my story
        cancel my appointment for me
        i canceled my plans|the end of the month is hard|it never ends|i am at the end|unsubscribe from life
        my number is up
        no more drinking for me|no more pills|i need someone to call|no calls from my son today|the calls stopped
        i lost my number one fan|he sends me messages all day|i took my pills|i want to live|feeling alone
        wrong turn in life""",
    "es": """
        no puedo parar de beber|quiero dejar de beber|no puedo dejar de pensar|ayúdenme a parar
        me escriban cuando puedan
        nadie me escribe|nadie me llama|mi hijo no me llama|no me dejen|no me dejen sola|quiero que me llamen|llámeme
        no me escribe nadie|no puedo dormir|estoy sola|no quiero vivir|no quiero estar solo|para mí es difícil
        es para hoy
        se equivocó mi médico|mi número de la suerte|él no me deja en paz|todo se termina|quiero hablar
        deje de beber ayer
        mi mujer me quitó de la lista de la boda""",
}


def listed(table: dict[str, str]) -> list[str]:
    """The phrases of a table."""
    lines = "|".join(table.values()).replace("\n", "|")
    return [phrase.strip() for phrase in lines.split("|") if phrase.strip()]


@pytest.fixture(scope="module")
def matcher() -> KeywordMatcher:
    return library().matcher


def test_the_table_is_long_enough() -> None:
    assert len(listed(MUST)) + len(listed(MUST_NOT)) >= 120
    assert min(len(listed({code: table[code]})) for table in (MUST, MUST_NOT) for code in ("en", "es")) >= 25


@pytest.mark.parametrize("phrase", listed(MUST))
def test_this_is_a_no(matcher: KeywordMatcher, phrase: str) -> None:
    word = matcher.hear(phrase)
    assert word is not None
    assert word.kind == "stop"


@pytest.mark.parametrize("phrase", listed(MUST_NOT))
def test_this_is_no_stop(matcher: KeywordMatcher, phrase: str) -> None:
    word = matcher.hear(phrase)
    assert word is None or word.kind != "stop"
