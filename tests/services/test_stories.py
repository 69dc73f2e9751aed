"""Oda publishes stories; Ana hears them, thanks their tellers, and takes her own back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.lines import NoSuchLine
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.stories import listening
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.stories.service import NewStory, Review
from checkin.stories.tellers import submission, withdrawal
from flows.engine.effects import SaveStory
from tests import make
from tests.cast import BEN, LINE, VAL
from tests.make import make_uow
from tests.services.story_rotation import hears, reviewed, somebody, talking, told


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


def test_a_withdrawn_story_is_gone_from_the_next_play_on(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    story = told(uow, "The porch", media_key="a1", seconds=30, note="Of loss.")
    sound = listening.sound(uow, story)
    assert sound is not None
    assert sound.media_key == "a1"
    assert withdrawal.withdraw(uow, story, who="Oda") == "a1"
    assert listening.sound(uow, story) is None
    assert hears(uow, ana, talking(uow, ana)) is None
    row = uow.session.get_one(Story, story)
    assert (row.state, row.words_encrypted, row.media_key, row.note) == ("withdrawn", None, None, "")
    left = uow.session.scalars(select(Outbox.about_id).where(Outbox.kind == "destroy_media")).all()
    assert left == ["a1"]
    assert withdrawal.withdraw(uow, story, who="Oda") is None
    with pytest.raises(UserError, match="withdrawn"):
        stories.publish(uow, story, who="Oda")


def test_who_published_and_withdrew_is_written_down(uow: UnitOfWork) -> None:
    story = told(uow, "The porch", publish=False)
    stories.publish(uow, story, who="Oda")
    stories.publish(uow, story, who="Oda")
    withdrawal.withdraw(uow, story, who="Oda")
    rows = uow.session.execute(select(Audit.who, Audit.what, Audit.after).where(Audit.about == story)).all()
    assert sorted(rows) == [
        ("Oda", "added a story", "waiting_review"),
        ("Oda", "published a story", "published"),
        ("Oda", "withdrew a story", "withdrawn"),
    ]


def test_ana_hands_in_her_story_and_nobody_hears_it_before_it_was_reviewed(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    talk = talking(uow, ana)
    submission.submit(uow, SaveStory(None, "My words", "alone", "anon", "waiting_review", "en"), ana, talk)
    assert hears(uow, somebody(uow, BEN), talk) is None
    row = uow.session.scalars(select(Story)).one()
    assert (row.state, row.topics) == ("waiting_review", ["alone"])
    with pytest.raises(UserError, match="doesn't have a title yet: add one"):
        stories.publish(uow, row.id, who="Oda")
    with pytest.raises(UserError, match="hasn't been reviewed yet"):
        stories.publish(uow, row.id, who="Oda", review=Review("Morning"))
    assert hears(uow, somebody(uow, VAL), talk) is None
    assert reviewed(uow, row.id, title="Morning", topics=["Grief ", "grief"], note="Of loss.").outcome == "heard"
    assert hears(uow, ana, talking(uow, ana), topic="grief") == "Morning"
    assert row.note == "Of loss."


@pytest.mark.parametrize("words", ["Call me: 555 555 0142.", "five five five, five five five, oh one four two"])
def test_a_story_that_gives_a_number_away_is_not_published_by_mistake(uow: UnitOfWork, words: str) -> None:
    story = told(uow, "The porch", publish=False, words=words)
    with pytest.raises(UserError, match="there's a phone number in its words"):
        stories.publish(uow, story, who="Oda")
    assert uow.session.get_one(Story, story).state == "waiting_review"
    stories.publish(uow, story, who="Oda", review=Review(anyway=True))
    assert uow.session.get_one(Story, story).state == "published"


def test_the_lines_own_number_may_stand_in_a_story(uow: UnitOfWork) -> None:
    story = told(uow, "The porch", publish=False, words=f"I called {LINE} and then 988.")
    stories.publish(uow, story, who="Oda")
    assert uow.session.get_one(Story, story).state == "published"


def test_her_code_takes_it_back_however_she_writes_it(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    action = SaveStory(None, "My words", "alone", "anon", "waiting_review", "en")
    code = submission.submit(uow, action, ana, talking(uow, ana))
    assert not withdrawal.by_code(uow, "default", "2" * len(code) if code != "2" * len(code) else "3")
    assert not withdrawal.by_code(uow, "default", "")
    assert not withdrawal.by_code(uow, "other", code)
    assert withdrawal.by_code(uow, "default", f" {code[:3].lower()}-{code[3:]} ")
    assert uow.session.scalars(select(Story.state)).one() == "withdrawn"


def test_the_code_is_texted_to_its_teller_in_her_language(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    code = submission.submit(
        uow, SaveStory(None, "Mis palabras", "alone", None, "waiting_review", "es"), ana, talking(uow, ana)
    )
    (sent,) = uow.session.scalars(select(Message).where(Message.contact_id == ana.id))
    body = make.decrypted(uow, sent, "body_encrypted")
    assert f"RETIRAR {code}" in body
    assert sent.segments == 1


def test_who_takes_no_texts_gets_none(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    ana.opted_out_at = uow.now
    action = SaveStory(None, "My words", "alone", None, "waiting_review", "en")
    submission.submit(uow, action, ana, talking(uow, ana))
    assert uow.session.scalars(select(Message)).all() == []


def test_a_private_story_cannot_be_published_and_says_when_it_ends(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    action = SaveStory(None, "Mine", "alone", None, "private", "en", forget_after=timedelta(days=30))
    submission.submit(uow, action, ana, talking(uow, ana))
    row = uow.session.scalars(select(Story)).one()
    assert row.forget_at == uow.now + timedelta(days=30)
    with pytest.raises(UserError, match="hasn't agreed"):
        stories.publish(uow, row.id, who="Oda")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"title": "  "}, "title is empty"),
        ({"title": "x" * 201}, "title"),
        ({"topics": []}, "needs a topic"),
        ({"topics": [" "]}, "needs a topic"),
        ({"language": "fr"}, "doesn't have the language 'fr': choose one of en, es"),
        ({"words": " "}, "needs words or audio"),
        ({"note": "x" * 401}, "content note"),
    ],
)
def test_a_story_that_lacks_something_says_what(uow: UnitOfWork, values: dict[str, object], why: str) -> None:
    whole = {"title": "T", "topics": ["sober"], "language": "en", "words": "W", **values}
    with pytest.raises(UserError, match=why):
        stories.add(uow, "default", NewStory(**whole), who="Oda")
    assert uow.session.scalar(select(func.count()).select_from(Story)) == 0


def test_a_line_that_is_not_ours_gets_no_story(uow: UnitOfWork) -> None:
    with pytest.raises(NoSuchLine, match="default"):
        stories.add(uow, "elsewhere", NewStory("T", ["sober"], "en", "W"), who="Oda")


def test_samples_are_loaded_once_and_stay_gone_when_they_were_withdrawn(uow: UnitOfWork) -> None:
    samples = [NewStory(name, ["sober"], "en", "Words.", sample=name) for name in ("a", "b")]
    assert stories.load_samples(uow, "default", samples[:1]) == {"a"}
    assert stories.load_samples(uow, "default", samples) == {"b"}
    gone = uow.session.scalars(select(Story).where(Story.sample == "a")).one()
    withdrawal.withdraw(uow, gone.id, who="Oda")
    assert stories.load_samples(uow, "default", samples) == set()
