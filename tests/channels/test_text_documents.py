"""What a texter reads: the answer as one message, or a few that are cut where it hurts least."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from checkin.core.reply import Reply
from checkin.practice.twiml import document, grammar
from checkin.telephony.sms import LONGEST, MOST_PARTS, parts, render
from flows.engine.effects import Ask, Hold, Say

RECEIPTS = "https://line.example.org/webhooks/sms/SM00/status"


def messages(reply: Reply, receipts: str | None = RECEIPTS) -> list[ElementTree.Element]:
    twiml = render(reply, receipts)
    assert grammar.problems(document.read(twiml), grammar.MESSAGING) == []
    root = ElementTree.fromstring(twiml)
    assert all(child.tag == "Message" and len(child) == 0 for child in root)
    return list(root)


def test_a_turn_is_one_message() -> None:
    ask = Ask("en", timedelta(hours=20))

    found = messages(Reply((Say("How are you today?", "en"), Say("Reply 1 to 5.", "en"), ask)))

    assert [message.text for message in found] == ["How are you today?\nReply 1 to 5."]


def test_nothing_said_is_an_empty_response() -> None:
    assert messages(Reply()) == []
    assert messages(Reply((Say("  ", "en"), Hold("c0de", "en")))) == []


def test_receipts_are_asked_for_under_both_names_that_twilio_gives_them() -> None:
    (message,) = messages(Reply((Say("Hello.", "en"),)))

    assert message.attrib == {"action": RECEIPTS, "method": "POST", "statusCallback": RECEIPTS}


def test_only_the_last_of_many_hands_the_document_over() -> None:
    found = messages(Reply((Say("A sentence of a story. " * 200, "en"),)))

    assert len(found) == 3
    assert [("action" in message.attrib, "statusCallback" in message.attrib) for message in found] == [
        (False, True),
        (False, True),
        (True, True),
    ]


def test_without_an_address_no_receipt_is_asked_for() -> None:
    (message,) = messages(Reply((Say("Hello.", "en"),)), None)

    assert message.attrib == {}


def test_a_long_text_is_cut_between_paragraphs_then_sentences_then_words() -> None:
    assert parts("one. two.\n\nthree. four.", 14) == ["one. two.", "three. four."]
    assert parts("one. two. three. four.", 17) == ["one. two. three.", "four."]
    assert parts("one two three four", 10) == ["one two", "three four"]
    assert parts("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_letters_that_take_two_units_are_counted_as_two_and_never_torn() -> None:
    assert parts("😀" * 5, 4) == ["😀😀", "😀😀", "😀"]
    assert parts("ab👍🏽cd", 4) == ["ab", "👍🏽", "cd"]
    assert parts("e\u0301" * 3, 3) == ["e\u0301", "e\u0301", "e\u0301"]


@given(st.text(max_size=400), st.integers(2, 50))
def test_every_part_fits_and_nothing_is_lost_or_made_up(text: str, longest: int) -> None:
    found = parts(text, longest)

    assert len(found) <= MOST_PARTS
    assert all(part and len(part.encode("utf-16-le")) <= 2 * longest for part in found)
    whole = "".join("".join(parts(text, 10_000)).split())
    assert whole.startswith("".join("".join(found).split()))
    if len(found) < MOST_PARTS:
        assert whole == "".join("".join(found).split())


@given(st.text(st.characters(), max_size=200) | st.sampled_from(["</Message><Message>x", "\x00", "\ud800", "&lt;"]))
def test_whatever_is_said_is_one_whole_document(text: str) -> None:
    found = messages(Reply((Say(text, "en"),)))

    assert len(found) == (1 if parts(text) else 0)
    assert all(len(str(message.text)) <= LONGEST for message in found)


def test_what_looks_like_a_document_is_only_words() -> None:
    (message,) = messages(Reply((Say("</Message><Message to='+15555550199'>x</Message>", "en"),)))

    assert message.text == "</Message><Message to='+15555550199'>x</Message>"
