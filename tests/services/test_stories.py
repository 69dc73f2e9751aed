"""Oda publishes stories; Ana hears them, thanks their tellers, and takes her own back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.lines import NoSuchLine
from checkin.core.unit_of_work import Work
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.stories import listening, queries
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.stories.service import NewStory, Review
from checkin.stories.tellers import submission, withdrawal
from flows.engine.effects import SaveStory
from tests import make
from tests.cast import BEN, LINE, VAL
from tests.make import make_work
from tests.services.shelf import hears, reviewed, somebody, talking, told


@pytest.fixture
def work(session: Session) -> Work:
    return make_work(session)


def test_a_withdrawn_story_is_gone_from_the_next_play_on(work: Work) -> None:
    ana = somebody(work)
    story = told(work, "The porch", media_key="a1", seconds=30, note="Of loss.")
    sound = listening.sound(work, story)
    assert sound is not None
    assert sound.media_key == "a1"
    assert withdrawal.withdraw(work, story, who="Oda") == "a1"
    assert listening.sound(work, story) is None
    assert hears(work, ana, talking(work, ana)) is None
    row = work.session.get_one(Story, story)
    assert (row.state, row.words_encrypted, row.media_key, row.note) == ("withdrawn", None, None, "")
    left = work.session.scalars(select(Outbox.about_id).where(Outbox.kind == "destroy_media")).all()
    assert left == ["a1"]
    assert withdrawal.withdraw(work, story, who="Oda") is None
    with pytest.raises(UserError, match="taken back"):
        stories.publish(work, story, who="Oda")


def test_who_published_and_withdrew_is_written_down(work: Work) -> None:
    story = told(work, "The porch", publish=False)
    stories.publish(work, story, who="Oda")
    stories.publish(work, story, who="Oda")
    withdrawal.withdraw(work, story, who="Oda")
    rows = work.session.execute(select(Audit.who, Audit.what, Audit.after).where(Audit.about == story)).all()
    assert sorted(rows) == [
        ("Oda", "add story", "waiting_review"),
        ("Oda", "publish story", "published"),
        ("Oda", "withdraw story", "withdrawn"),
    ]


def test_ana_hands_in_her_story_and_nobody_hears_it_before_it_was_reviewed(work: Work) -> None:
    ana = somebody(work)
    talk = talking(work, ana)
    submission.submit(work, SaveStory(None, "My words", "alone", "anon", "waiting_review", "en"), ana, talk)
    assert hears(work, somebody(work, BEN), talk) is None
    (row,) = queries.listing(work.session)
    assert (row.state, row.topics) == ("waiting_review", ("alone",))
    with pytest.raises(UserError, match="no title yet: give it one"):
        stories.publish(work, row.id, who="Oda")
    with pytest.raises(UserError, match="was not reviewed yet"):
        stories.publish(work, row.id, who="Oda", review=Review("Morning"))
    assert hears(work, somebody(work, VAL), talk) is None
    assert reviewed(work, row.id, title="Morning", topics=["Grief ", "grief"], note="Of loss.").outcome == "heard"
    assert hears(work, ana, talking(work, ana), topic="grief") == "Morning"
    assert queries.listing(work.session)[0].note == "Of loss."


@pytest.mark.parametrize("words", ["Call me: 555 555 0142.", "five five five, five five five, oh one four two"])
def test_a_story_that_gives_a_number_away_is_not_published_by_mistake(work: Work, words: str) -> None:
    story = told(work, "The porch", publish=False, words=words)
    with pytest.raises(UserError, match="a telephone number stands in its words"):
        stories.publish(work, story, who="Oda")
    assert work.session.get_one(Story, story).state == "waiting_review"
    stories.publish(work, story, who="Oda", review=Review(anyway=True))
    assert work.session.get_one(Story, story).state == "published"


def test_the_lines_own_number_may_stand_in_a_story(work: Work) -> None:
    story = told(work, "The porch", publish=False, words=f"I called {LINE} and then 988.")
    stories.publish(work, story, who="Oda")
    assert work.session.get_one(Story, story).state == "published"


def test_her_code_takes_it_back_however_she_writes_it(work: Work) -> None:
    ana = somebody(work)
    deed = SaveStory(None, "My words", "alone", "anon", "waiting_review", "en")
    code = submission.submit(work, deed, ana, talking(work, ana))
    assert not withdrawal.by_code(work, "default", "2" * len(code) if code != "2" * len(code) else "3")
    assert not withdrawal.by_code(work, "default", "")
    assert not withdrawal.by_code(work, "other", code)
    assert withdrawal.by_code(work, "default", f" {code[:3].lower()}-{code[3:]} ")
    assert work.session.scalars(select(Story.state)).one() == "withdrawn"


def test_the_code_is_texted_to_its_teller_in_her_language(work: Work) -> None:
    ana = somebody(work)
    code = submission.submit(
        work, SaveStory(None, "Mis palabras", "alone", None, "waiting_review", "es"), ana, talking(work, ana)
    )
    (sent,) = work.session.scalars(select(Message).where(Message.contact_id == ana.id))
    body = make.decrypted(work, sent, "body_encrypted")
    assert f"RETIRAR {code}" in body
    assert sent.segments == 1


def test_who_takes_no_texts_gets_none(work: Work) -> None:
    ana = somebody(work)
    ana.opted_out_at = work.now
    deed = SaveStory(None, "My words", "alone", None, "waiting_review", "en")
    submission.submit(work, deed, ana, talking(work, ana))
    assert work.session.scalars(select(Message)).all() == []


def test_a_private_story_cannot_be_published_and_says_when_it_ends(work: Work) -> None:
    ana = somebody(work)
    deed = SaveStory(None, "Mine", "alone", None, "private", "en", forget_after=timedelta(days=30))
    submission.submit(work, deed, ana, talking(work, ana))
    row = work.session.scalars(select(Story)).one()
    assert row.forget_at == work.now + timedelta(days=30)
    with pytest.raises(UserError, match="not agreed"):
        stories.publish(work, row.id, who="Oda")


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"title": "  "}, "title is empty"),
        ({"title": "x" * 201}, "title"),
        ({"topics": []}, "needs a topic"),
        ({"topics": [" "]}, "needs a topic"),
        ({"language": "fr"}, "no language 'fr': choose one of en, es"),
        ({"words": " "}, "needs words or audio"),
        ({"note": "x" * 401}, "content note"),
    ],
)
def test_a_story_that_lacks_something_says_what(work: Work, values: dict[str, object], why: str) -> None:
    whole = {"title": "T", "topics": ["sober"], "language": "en", "words": "W", **values}
    with pytest.raises(UserError, match=why):
        stories.add(work, "default", NewStory(**whole), who="Oda")
    assert work.session.scalar(select(func.count()).select_from(Story)) == 0


def test_a_line_that_is_not_ours_gets_no_story(work: Work) -> None:
    with pytest.raises(NoSuchLine, match="default"):
        stories.add(work, "elsewhere", NewStory("T", ["sober"], "en", "W"), who="Oda")


def test_a_story_is_found_by_the_beginning_of_its_id(work: Work) -> None:
    one, two = told(work, "one"), told(work, "two")
    assert stories.full_id(work, one) == one
    assert stories.full_id(work, two.upper()) == two
    with pytest.raises(UserError, match="more than one"):
        stories.full_id(work, one[:4])
    for nothing in ("", "zz", "%"):
        with pytest.raises(UserError, match="no story"):
            stories.full_id(work, nothing)


def test_samples_are_loaded_once_and_stay_gone_when_they_were_withdrawn(work: Work) -> None:
    samples = [NewStory(name, ["sober"], "en", "Words.", sample=name) for name in ("a", "b")]
    assert stories.load_samples(work, "default", samples[:1]) == {"a"}
    assert stories.load_samples(work, "default", samples) == {"b"}
    gone = work.session.scalars(select(Story).where(Story.sample == "a")).one()
    withdrawal.withdraw(work, gone.id, who="Oda")
    assert stories.load_samples(work, "default", samples) == set()
