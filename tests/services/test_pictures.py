"""Pictures in a text relay: a link of ours that soon expires, never the network's address, nothing of the camera."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import select

from checkin.conversations import inbound_text
from checkin.messages.models import Message, Picture
from checkin.messages.rules.picture_notes import mark, same, with_links
from checkin.telephony.addresses import media_allows
from checkin.telephony.pictures import PictureError, to_plain
from checkin.telephony.port import MaybeDone, TryLater
from flows.words.team_words import ours
from tests import make
from tests.cast import ANA, VEE
from tests.services.left_messages import case
from tests.services.phones import relay, volunteers
from tests.the_line import TheLine

LINK = re.compile(r"https://line\.example(/media/pictures/([0-9a-f]{32}))\?s=(\d+\.[\w-]{43})")


def photo(words: str = "taken at home") -> bytes:
    """A photo as a phone makes it, with where it was taken written into it."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = words, 6
    exif.get_ifd(0x8825)[2] = (40.0, 42.0, 51.0)
    file = io.BytesIO()
    Image.new("RGB", (64, 32), "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()


def sends_a_picture(line: TheLine, from_: str, body: str = "", content: bytes | None = None) -> str:
    """A text with a photo (or what its phone calls one); what it is answered with."""
    sid = make.sid("ME")
    line.network.pictures[sid] = photo() if content is None else content
    arrived = replace(make.text(from_, body), media_count=1, pictures=(sid,))
    return line.runtime.do(lambda uow: inbound_text.receive(uow, arrived)).words()


def ana_is_with_vee(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()


def a_link_in(words: str) -> bool:
    return LINK.search(words) is not None


def opens(line: TheLine, words: str) -> bool:
    found = LINK.search(words)
    assert found is not None, words
    return media_allows(make.keys(), found[1], found[3], line.clock.now)


@pytest.mark.parametrize("written", ["{picture:%s}", "{{picture:%s}}", "{{{picture:%s}}}"])
@pytest.mark.parametrize(("from_", "to"), [(ANA, VEE), (VEE, ANA)])
def test_nobody_makes_a_link_by_writing_what_stands_for_one(line: TheLine, from_: str, to: str, written: str) -> None:
    ana_is_with_vee(line)
    picture = "abcdefab" * 4  # as it stood in a link that is over
    line.answers(from_, f"look: {written % picture}")
    line.carries_out()
    assert picture in line.sent_to(to)[-1], "the words are passed on"
    assert not a_link_in(line.sent_to(to)[-1]), "and a link that was over is not made anew"


@pytest.mark.parametrize(("from_", "to"), [(ANA, VEE), (VEE, ANA)])
def test_a_picture_crosses_as_a_link_that_soon_expires(line: TheLine, from_: str, to: str) -> None:
    ana_is_with_vee(line)
    assert sends_a_picture(line, from_, "look") == ""
    line.carries_out()
    words, note = line.sent_to(to)[-2:]
    assert words.endswith(": look")
    assert "a picture" in note
    assert opens(line, note)
    line.clock.forward(minutes=59)
    assert opens(line, note)
    line.clock.forward(minutes=1)
    assert not opens(line, note)
    for word in ("twilio", "Media/ME", from_[1:]):
        assert word not in note


def test_it_is_kept_plain_and_gone_at_the_network(line: TheLine) -> None:
    ana_is_with_vee(line)
    sends_a_picture(line, ANA)
    line.carries_out()
    row = line.runtime.read(lambda s: s.scalars(select(Picture)).one())
    kept = line.runtime.media.open(row.media_key)
    assert (row.state, row.network_state, line.network.deleted) == ("kept", "deleted", [row.sid])
    with Image.open(io.BytesIO(kept)) as plain:
        assert (plain.format, plain.size, dict(plain.getexif())) == ("JPEG", (32, 64), {}), "upright, and nothing else"
    assert b"home" not in kept
    line.clock.forward(days=14)
    line.carries_out()
    assert line.runtime.read(lambda s: s.scalars(select(Picture)).one()).state == "lost"


def test_no_link_stands_in_any_row(line: TheLine) -> None:
    ana_is_with_vee(line)
    sends_a_picture(line, ANA)
    line.carries_out()
    rows = line.runtime.read(lambda s: s.scalars(select(Message)).all())
    assert not any("/media/" in make.decrypted(line.runtime, row, "body_encrypted") for row in rows)


def test_what_came_while_she_waited_is_shown_to_whoever_takes_it(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    sends_a_picture(line, ANA, "before you came")
    assert "before you came" in line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()
    assert opens(line, line.sent_to(VEE)[-1])


def test_a_line_may_keep_pictures_back(line: TheLine) -> None:
    before = line.runtime.policy_of
    make.put(line.runtime, policy_of=lambda key: replace(before(key), pictures=False))
    ana_is_with_vee(line)
    sends_a_picture(line, ANA, "look")
    line.carries_out()
    assert "wasn't passed on" in line.sent_to(VEE)[-1]
    assert "media" not in line.sent_to(VEE)[-1]


def test_a_text_of_unknown_fate_is_recognized_though_its_link_differs(line: TheLine) -> None:
    written = f"42 Quiet Heron: (a picture: {mark('a' * 32)} )"
    sent = with_links(written, lambda picture: f"https://line.example/media/pictures/{picture}?s=2")
    assert same(sent, written)
    assert same(f"Brand: {sent}", written)
    assert not same("42 Loud Heron: hello", written)
    ana_is_with_vee(line)
    sends_a_picture(line, ANA)
    line.network.fail.append(MaybeDone("timeout"))
    line.carries_out()


def test_a_message_that_is_only_a_picture_is_a_message(line: TheLine) -> None:
    for body in ("hello", "4"):
        line.answers(ANA, body)
    sends_a_picture(line, ANA)
    assert "We have your message" in line.answers(ANA, "DONE")
    assert "(a picture)" in make.decrypted(line.runtime, case(line), "words_encrypted")


def test_whoever_claims_it_is_shown_it(line: TheLine) -> None:
    volunteers(line, VEE)
    for body in ("hello", "4"):
        line.answers(ANA, body)
    sends_a_picture(line, ANA)
    line.answers(ANA, "DONE")
    line.answers(VEE, f"CLAIM {case(line).number}")
    line.carries_out()
    assert opens(line, line.sent_to(VEE)[-1])


@pytest.mark.parametrize("content", [b"", b"not a picture", photo()[:200], b"GIF89a" + b"\xff" * 50])
def test_what_is_no_picture_is_refused_without_a_word_of_it(content: bytes) -> None:
    with pytest.raises(PictureError) as refused:
        to_plain(content)
    assert "not a picture" not in str(refused.value)


def test_a_picture_that_would_fill_memory_is_refused() -> None:
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    with pytest.raises(PictureError):
        to_plain(file.getvalue())


def test_a_format_that_nobody_can_show_is_said_and_is_no_link_to_nothing(line: TheLine) -> None:
    """HEIC, as some telephones take their photos."""
    sid = make.sid("ME")
    arrived = replace(make.text(ANA, ""), media_count=1, unreadable=(sid,))
    line.answers(ANA, "MESSAGE")
    assert "can't open" in line.runtime.do(lambda uow: inbound_text.receive(uow, arrived)).words()
    ana_is_with_vee(line)
    again = replace(make.text(ANA, "look"), media_count=1, unreadable=(make.sid("ME"),))
    line.runtime.do(lambda uow: inbound_text.receive(uow, again))
    line.carries_out()
    assert not a_link_in("\n".join(line.sent_to(VEE)))
    assert [words for words in line.sent_to(VEE) if "look" in words and ours().words["en"]["relays.picture"] in words]
    assert sid in line.network.deleted


class NotThere(dict[str, bytes]):
    """The network has none of them, yet."""

    def __missing__(self, sid: str) -> bytes:
        raise TryLater("not there yet")


NO_PICTURE = b"<!DOCTYPE html><title>404</title>"


@pytest.mark.parametrize(("from_", "to"), [(ANA, VEE), (VEE, ANA)])
def test_no_link_is_written_before_the_picture_was_seen(line: TheLine, from_: str, to: str) -> None:
    ana_is_with_vee(line)
    sends_a_picture(line, from_, "look", NO_PICTURE)
    line.carries_out()
    assert line.sent_to(to)[-2].endswith(": look")
    assert line.sent_to(to)[-1].endswith(": (a picture that couldn't be opened)")
    assert "Send it again" in line.sent_to(from_)[-1].replace("Please send", "Send")
    assert not any(a_link_in(text.body) for text in line.network.texts)


def test_several_that_cannot_be_opened_are_told_once(line: TheLine) -> None:
    ana_is_with_vee(line)
    sids = tuple(make.sid("ME") for _ in range(3))
    line.network.pictures |= dict.fromkeys(sids, NO_PICTURE)
    arrived = replace(make.text(ANA, ""), media_count=3, pictures=sids)
    line.runtime.do(lambda uow: inbound_text.receive(uow, arrived))
    line.carries_out()
    assert sum("couldn't open the picture" in text for text in line.sent_to(ANA)) == 1
    assert sum("couldn't be opened" in text for text in line.sent_to(VEE)) == 1


def test_what_the_network_does_not_give_us_in_minutes_is_told_as_lost(line: TheLine) -> None:
    ana_is_with_vee(line)
    sends_a_picture(line, ANA, "look")
    line.network.pictures = NotThere()
    for _ in range(10):
        assert not any("picture" in text for text in line.sent_to(VEE)), "nothing is said before it is known"
        line.carries_out(rounds=1)
        line.clock.forward(minutes=1)
    line.clock.forward(minutes=5)
    line.carries_out()
    assert line.sent_to(VEE)[-1].endswith(": (a picture that couldn't be opened)")
    assert "couldn't open the picture" in line.sent_to(ANA)[-1]


def test_a_picture_of_a_message_that_cannot_be_opened_is_told_to_whoever_left_it(line: TheLine) -> None:
    line.answers(ANA, "ESPANOL")
    for body in ("hola", "4"):
        line.answers(ANA, body)
    sends_a_picture(line, ANA, content=NO_PICTURE)
    line.answers(ANA, "LISTO")
    line.carries_out()
    assert "no se puede abrir" in line.sent_to(ANA)[-1]
    assert "responda MENU" in line.sent_to(ANA)[-1]


def test_a_phone_that_sends_such_things_by_itself_is_not_written_to_without_end(line: TheLine) -> None:
    for _ in range(9):
        sends_a_picture(line, ANA, content=NO_PICTURE)
        line.carries_out()
        line.clock.forward(minutes=20)
    assert sum("couldn't open the picture" in text for text in line.sent_to(ANA)) == 3
    line.answers(ANA, "STOP")
    sends_a_picture(line, ANA, content=NO_PICTURE)
    line.clock.forward(days=2)
    line.carries_out()
    assert sum("couldn't open the picture" in text for text in line.sent_to(ANA)) == 3


def test_one_that_is_seen_only_after_the_claim_still_reaches_whoever_claimed(line: TheLine) -> None:
    volunteers(line, VEE)
    for body in ("hello", "4"):
        line.answers(ANA, body)
    line.carries_out()
    sends_a_picture(line, ANA)
    line.answers(ANA, "DONE")
    line.answers(VEE, f"CLAIM {case(line).number}")
    line.carries_out()
    assert sum(a_link_in(text) for text in line.sent_to(VEE)) == 1
