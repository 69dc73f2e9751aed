"""Whatever words come, a document stays whole, small enough, and does what was meant."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from checkin.core.reply import NextTurn, OfferKeys, Reply, Then, VolunteerMenu, WaitTick
from checkin.telephony.addresses import Addresses
from checkin.telephony.voice import LONGEST_SAY, render
from flows.engine.effects import Ask, HangUp, Hold, Play, PlayBack, Record, Say, Spoken
from tests.channels.documents import read, the_element, verbs

KEYS = Ask("en", timedelta(seconds=5), digits=1, speech=False)
NEXT = NextTurn(4)


def test_a_long_transcript_is_said_in_pieces_that_the_voice_takes(addresses: Addresses) -> None:
    story = " ".join(f"This is sentence number {number}." for number in range(300))

    says = list(the_element(read(Reply((Say(story, "en"), KEYS), NEXT), addresses), "Gather"))

    assert len(says) > 2
    assert all(len(str(say.text)) <= LONGEST_SAY and str(say.text).endswith(".") for say in says)
    assert " ".join(str(say.text) for say in says) == story


def test_no_document_is_larger_than_twilio_reads(addresses: Addresses) -> None:
    twiml = render(Reply((Say("&" * 100_000, "en"), Say("語" * 100_000, "en"), KEYS), NEXT), addresses)

    assert len(twiml.encode()) < 64_000


TEXTS = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "</Say><Dial>+15555550199</Dial>",
        "nul\x00l",
        "\ud800 lone",
        "\x0b",
        "]]>",
        "&amp;",
        '"><Hangup/>',
        "\ufffe",
        " \t\n ",
    ]
)
SAID = st.builds(Say, TEXTS, st.sampled_from(["en", "es", "xx"]), st.none())
SOUNDS = SAID | st.builds(Play, st.just("f00d"), st.just("en")) | st.builds(PlayBack, st.just("beef"))
LAST = st.one_of(
    st.builds(
        Ask,
        st.sampled_from(["en", "es"]),
        st.timedeltas(timedelta(0), timedelta(minutes=2)),
        st.none() | st.integers(1, 9),
        st.sampled_from(["", "#", "*"]),
        st.booleans(),
        st.lists(TEXTS, max_size=4).map(tuple),
    ),
    st.builds(Record, st.just("en"), st.timedeltas(timedelta(seconds=1), timedelta(minutes=5))),
    st.builds(Hold, st.just("c0de"), st.just("en")),
    st.builds(HangUp),
)
THEN = st.sampled_from([None, NEXT, WaitTick("c0de", 2), OfferKeys("0ffe", 1), VolunteerMenu(0)])


@given(st.lists(SOUNDS, max_size=4), st.none() | LAST, THEN)
def test_whatever_is_said_the_document_is_whole_and_ends_as_it_should(
    said: list[Spoken], last: Spoken | None, then: Then | None
) -> None:
    addresses = Addresses("https://line.example.org", lambda path: f"{path}?s=2")
    spoken = (*said, last) if last is not None else tuple(said)

    root = read(Reply(spoken, then), addresses)

    assert verbs(root)[-1] in ("Redirect", "Hangup")
    assert len(list(root.iter("Dial"))) == 0
    words = [
        part for part in said if isinstance(part, Say) and any(letter.isprintable() for letter in part.text.strip())
    ]
    assert len(list(root.iter("Say"))) <= len(said)
    assert len(list(root.iter("Say"))) >= sum(part.text.isascii() and part.text.strip().isprintable() for part in words)
