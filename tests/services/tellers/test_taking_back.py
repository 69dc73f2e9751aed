"""Ana takes her story back: with her code, from the same phone, in the menu, by call; or Oda does it for her."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.audit_models import Audit
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Recording
from checkin.stories import listening
from checkin.stories.models import Story, StoryPosition
from checkin.stories.tellers import withdrawal
from tests.cast import ANA, BEN
from tests.media.sounds import wav
from tests.services.living import agrees, prefers
from tests.services.story_rotation import hears, reviewed, somebody, talking
from tests.services.tellers.ana import AnaTells, ana_tells
from tests.the_line import TheLine

__all__ = ["ana_tells"]


def anybody_hears(line: TheLine) -> str | None:
    def listen(uow: UnitOfWork) -> str | None:
        contact = somebody(uow, BEN)
        title = hears(uow, contact, talking(uow, contact))
        uow.session.rollback()
        return title

    return line.runtime.do(listen)


def gone(line: TheLine, ana: AnaTells, story: str) -> None:
    """Not heard, nothing of it left, and the tombstone there."""
    row = ana.story(story)
    assert (row.state, row.words_encrypted, row.media_key, row.credit) == ("withdrawn", None, None, None)
    assert line.runtime.do(lambda uow: listening.sound(uow, story)) is None
    with line.runtime.readers() as session:
        assert session.scalars(select(StoryPosition).where(StoryPosition.story_id == story)).all() == []


def test_withdraw_alone_asks_and_takes_everything_back(line: TheLine, ana_tells: AnaTells) -> None:
    found, two = ana_tells.published(), ana_tells.tells()
    assert "every story you've told us from this phone" in line.answers(ANA, "withdraw")
    assert ana_tells.story(found).state == "published", "nothing is taken back before her yes"
    assert "taken back and erased" in line.answers(ANA, "yes")
    for story in (found, two):
        gone(line, ana_tells, story)
    assert "storyteller" not in line.contact(ANA).tags
    assert "share_story" not in line.contact(ANA).consents
    with line.runtime.readers() as session:
        assert session.scalars(select(Audit.who).where(Audit.what == "withdrew a story")).all() == ["teller", "teller"]


def test_her_code_takes_back_one_and_leaves_the_other(line: TheLine, ana_tells: AnaTells) -> None:
    found = ana_tells.published()
    code = ana_tells.code()
    two = ana_tells.published()
    assert "taken back" in line.answers(BEN, f"withdraw {code.lower()}"), "from any phone"
    gone(line, ana_tells, found)
    assert ana_tells.story(two).state == "published"


def test_in_the_menu_too_by_text_and_by_call(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    assert "You've shared with us before" in line.answers(ANA, "share")
    assert "Should we go ahead?" in line.answers(ANA, "2")
    assert "Nothing was changed" in line.answers(ANA, "no")
    call = line.rings(ANA)
    call.presses("5")
    call.presses("2")
    assert "every story you've told us" in call.says
    call.presses("1")
    assert "taken back and erased" in call.says
    gone(line, ana_tells, story)


def test_whoever_would_rather_get_no_texts_is_texted_no_code(line: TheLine) -> None:
    agrees(line, BEN, "calls")
    prefers(line, BEN)
    call = line.rings(BEN)
    for keys in ("5", "1", "1"):
        call.presses(keys)
    call.records(20)
    for _ in range(3):
        call.presses("1")
    line.carries_out()
    assert line.runtime.read(lambda session: session.scalars(select(Story.state)).all()) == ["waiting_review"]
    assert line.sent_to(BEN) == []


def test_another_phone_finds_no_story_without_a_code(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    assert "We don't have a story from this phone" in line.answers(BEN, "withdraw")
    assert ana_tells.story(story).state == "published"


def test_her_yes_to_keep_taken_back_takes_private_ones_too(line: TheLine) -> None:
    for said in ("share", "yes", "2", "My own words.", "done", "1", "1", "no"):
        line.answers(ANA, said)
    with line.runtime.readers() as session:
        assert session.scalars(select(Story.state)).all() == ["private"]
    line.answers(ANA, "withdraw")
    line.answers(ANA, "yes")
    with line.runtime.readers() as session:
        assert session.scalars(select(Story.state)).all() == ["withdrawn"]


def ben_tells(line: TheLine) -> tuple[str, Recording]:
    """By call, with sound, as far as his second yes; the worker has fetched it."""
    call = line.rings(BEN)
    for key in ("5", "1", "1"):
        call.presses(key)
    call.records(20)
    for key in ("1", "1", "1"):
        call.presses(key)
    with line.runtime.readers() as session:
        recording = session.scalars(select(Recording)).one()
    line.network.recordings[recording.sid] = wav(20)
    line.clock.forward(minutes=1)
    line.carries_out()
    with line.runtime.readers() as session:
        return session.scalars(select(Story.id)).one(), recording


@pytest.mark.parametrize("by", ["himself", "Oda"])
def test_an_address_that_was_signed_before_plays_nothing_any_more(line: TheLine, by: str) -> None:
    story, recording = ben_tells(line)
    line.runtime.do(lambda uow: reviewed(uow, story, title="Mine"))
    sound = line.runtime.do(lambda uow: listening.sound(uow, story))
    assert sound is not None
    assert line.network.deleted == [recording.sid], "gone at the network once our copy was read back"
    if by == "Oda":
        line.runtime.do(lambda uow: withdrawal.withdraw(uow, story, who="Oda"))
    else:
        line.answers(BEN, "withdraw")
        line.answers(BEN, "yes")
    assert line.runtime.do(lambda uow: listening.sound(uow, story)) is None, "before any worker has run"
    line.carries_out()
    assert list(line.runtime.settings.media.iterdir()) == []


def test_forget_takes_every_story_along(line: TheLine, ana_tells: AnaTells) -> None:
    story = ana_tells.published()
    line.answers(ANA, "forget")
    line.answers(ANA, "forget")
    gone(line, ana_tells, story)
    assert anybody_hears(line) is None
