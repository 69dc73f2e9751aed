"""Oda and Vee review what Ana told: with every question answered, trimmed, corrected, sent back, or not shared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Skipped
from checkin.stories import queries
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview, StoryReview
from checkin.stories.review import preparation, reviewing
from checkin.stories.service import Review
from checkin.stories.tellers import submission
from checkin.volunteers.models import Alert
from flows.engine.effects import SaveStory
from tests import make
from tests.cast import ANA, VEE
from tests.make import make_uow, volunteer
from tests.services.story_rotation import answers, hears, reviewed, somebody, talking, told


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


@pytest.fixture
def ana(uow: UnitOfWork) -> Contact:
    return somebody(uow)


def tells(uow: UnitOfWork, ana: Contact, words: str = "I sat on the porch.", language: str = "en") -> str:
    """Ana hands her story in; answers its id."""
    ana.consents = ["keep_story", "share_story"]
    submission.submit(uow, SaveStory(None, words, "alone", "anon", "waiting_review", language), ana, talking(uow, ana))
    uow.session.flush()
    return uow.session.scalars(select(Story.id).order_by(Story.id.desc())).first() or ""


def two_are_wanted(uow: UnitOfWork) -> None:
    line = uow.library.lines["default"]
    strict = line.model_copy(update={"stories": line.stories.model_copy(update={"reviewers": 2})})
    uow.library = uow.library._but(lines={**uow.library.lines, "default": strict})


def state(uow: UnitOfWork, story: str) -> str:
    return uow.session.get_one(Story, story).state


def texts(uow: UnitOfWork, ana: Contact) -> list[str]:
    """What Ana is told of her story, without the code."""
    encrypted = uow.session.scalars(select(Message).where(Message.contact_id == ana.id).order_by(Message.id))
    bodies = [make.decrypted(uow, row, "body_encrypted") for row in encrypted]
    return [body for body in bodies if "keep this code" not in body and "esta clave" not in body]


def test_what_waits_longest_stands_first(uow: UnitOfWork, ana: Contact) -> None:
    first = tells(uow, ana)
    uow.now += timedelta(days=2)
    second = told(uow, "A tip of mine", publish=False)
    waiting = queries.waiting_for_review(uow.session, "default")
    assert [(item.story.id, item.desk.because, item.story.words_encrypted is not None) for item in waiting] == [
        (first, "new", True),
        (second, "new", True),
    ]
    assert uow.now - waiting[0].since == timedelta(days=2)
    reviewed(uow, first, title="The porch")
    assert [item.story.id for item in queries.waiting_for_review(uow.session, "default")] == [second]


def test_one_yes_with_every_answer_lets_it_be_heard_and_ana_is_told(uow: UnitOfWork, ana: Contact) -> None:
    story = tells(uow, ana)
    with pytest.raises(UserError, match="needs an answer.*heavy"):
        reviewing.say_yes(uow, story, "Oda", {"method": "no"}, Review("The porch"))
    assert reviewed(uow, story, title="The porch", topics=["grief"], note="Of loss.").outcome == "heard"
    assert hears(uow, ana, talking(uow, ana), topic="grief") == "The porch"
    assert "others can hear it now" in texts(uow, ana)[0]
    said = uow.session.scalars(select(StoryReview).where(StoryReview.story_id == story)).one()
    assert (said.by, said.outcome, said.answers["method"]) == ("Oda", "yes", "no")
    assert ("Oda", "published a story") in uow.session.execute(select(Audit.who, Audit.what)).all()


@pytest.mark.parametrize("name", ["method", "dose", "teller", "others", "minor", "advice", "hope"])
def test_a_yes_in_the_checklist_holds_it_back_and_is_kept(uow: UnitOfWork, ana: Contact, name: str) -> None:
    story = tells(uow, ana)
    verdict = reviewing.say_yes(uow, story, "Oda", answers(uow, **{name: "yes"}), Review("The porch"))
    assert (verdict.outcome, verdict.held_by) == ("held", (name,))
    assert state(uow, story) == "waiting_review"
    assert hears(uow, ana, talking(uow, ana)) is None
    assert uow.session.scalars(select(StoryReview.outcome)).all() == ["held"]
    assert uow.session.scalars(select(Alert)).all() == []
    assert reviewing.say_yes(uow, story, "Oda", answers(uow, **{name: "cut"}), Review("T")).outcome == "heard"


def test_a_heavy_story_needs_a_note_which_is_said_before_it(uow: UnitOfWork, ana: Contact) -> None:
    story = tells(uow, ana)
    heavy = answers(uow, heavy="yes")
    assert reviewing.say_yes(uow, story, "Oda", heavy, Review("Night")).held_by == ("heavy",)
    assert reviewing.say_yes(uow, story, "Oda", heavy, Review("Night", note="It speaks of a death.")).outcome == "heard"
    assert uow.session.get_one(Story, story).note == "It speaks of a death."


def test_a_teller_in_danger_is_looked_in_on_at_once(uow: UnitOfWork, ana: Contact) -> None:
    volunteer(uow, VEE, "Vee", lead=True)
    story = tells(uow, ana)
    verdict = reviewing.say_yes(uow, story, "Oda", answers(uow, crisis="yes"), Review("Night"))
    assert verdict.held_by == ("crisis",)
    alert = uow.session.scalars(select(Alert)).one()
    assert (alert.kind, alert.contact_id) == (reviewing.CARE, ana.id)
    to_vee = uow.session.scalars(select(Message).where(Message.kind == "alert")).one()
    assert ana.alias in make.decrypted(uow, to_vee, "body_encrypted")


def test_where_two_are_wanted_two_people_say_yes(uow: UnitOfWork, ana: Contact) -> None:
    two_are_wanted(uow)
    story = tells(uow, ana)
    assert reviewed(uow, story, "Oda", title="The porch").outcome == "one_more"
    assert hears(uow, ana, talking(uow, ana)) is None
    for same in ("Oda", " oda ", "ODA"):
        with pytest.raises(UserError, match="someone else"):
            reviewed(uow, story, same)
    assert queries.waiting_for_review(uow.session, "default")[0].yes == ("Oda",)
    assert reviewed(uow, story, "Vee").outcome == "heard"
    assert hears(uow, ana, talking(uow, ana)) == "The porch"


def test_a_volunteer_is_one_person_by_half_their_name_too(uow: UnitOfWork, ana: Contact) -> None:
    two_are_wanted(uow)
    volunteer(uow, VEE, "Vee Moreno")
    story = tells(uow, ana)
    reviewed(uow, story, "Vee Moreno", title="The porch")
    with pytest.raises(UserError, match="Vee Moreno has already approved it"):
        reviewed(uow, story, "vee")


def test_nobody_reviews_what_they_told_themselves(uow: UnitOfWork, ana: Contact) -> None:
    volunteer(uow, ANA, "Ana Lopez")
    story = tells(uow, ana)
    with pytest.raises(UserError, match="the storyteller"):
        reviewed(uow, story, "Ana Lopez", title="Mine")
    with pytest.raises(UserError, match="say who's reviewing it"):
        reviewed(uow, story, "  ", title="Mine")
    assert state(uow, story) == "waiting_review"


def test_new_words_ask_for_a_new_yes_of_everyone(uow: UnitOfWork, ana: Contact) -> None:
    two_are_wanted(uow)
    story = tells(uow, ana)
    reviewed(uow, story, "Oda", title="The porch")
    uow.now += timedelta(minutes=5)
    reviewing.change(uow, story, "Vee", words="I sat on a porch.", language="es")
    assert reviewed(uow, story, "Vee").outcome == "one_more"
    assert reviewed(uow, story, "Oda").outcome == "heard"
    row = uow.session.get_one(Story, story)
    assert (make.decrypted(uow, row, "words_encrypted"), row.language) == ("I sat on a porch.", "es")
    with pytest.raises(UserError, match="no longer waiting"):
        reviewing.change(uow, story, "Vee", words="Other words.")


def test_the_same_words_again_change_nothing(uow: UnitOfWork, ana: Contact) -> None:
    story = tells(uow, ana)
    reviewing.change(uow, story, "Oda", words=" I sat on the porch. ")
    assert uow.session.get_one(StoryInReview, story).edited_at is None
    with pytest.raises(UserError, match="doesn't have the language 'fr'"):
        reviewing.change(uow, story, "Oda", language="fr")
    with pytest.raises(UserError, match="needs words"):
        reviewing.change(uow, story, "Oda", words=" ")


def test_it_goes_back_with_a_kind_text_in_the_language_of_the_story(uow: UnitOfWork, ana: Contact) -> None:
    story = tells(uow, ana, "Me llamo ...", "es")
    with pytest.raises(UserError, match="kind text"):
        reviewing.give_back(uow, story, "Oda", " ")
    with pytest.raises(UserError, match="600 characters"):
        reviewing.give_back(uow, story, "Oda", "x" * 601)
    with pytest.raises(UserError, match="phone number"):
        reviewing.give_back(uow, story, "Oda", "Call me on 555-010-4477 then")
    assert reviewing.give_back(uow, story, "Oda", "names").outcome == "returned"
    assert (texts(uow, ana)[0].startswith("Harbor Line: gracias"), state(uow, story)) == (True, "returned")
    assert queries.waiting_for_review(uow.session, "default") == []
    reviewing.take_up_again(uow, story, "Oda")
    assert state(uow, story) == "waiting_review"
    assert uow.session.get_one(Story, story).forget_at is None


@pytest.mark.parametrize(("words", "told_her"), [("", []), ("Thank you, truly.", ["Thank you, truly."])])
def test_it_is_declined_with_a_kind_text_or_none(
    uow: UnitOfWork, ana: Contact, words: str, told_her: list[str]
) -> None:
    story = tells(uow, ana)
    reviewing.decline(uow, story, "Oda", words)
    assert (state(uow, story), texts(uow, ana)) == ("declined", told_her)
    assert isinstance(preparation.forget_due(uow, story), Skipped)
    uow.now += timedelta(days=31)
    assert preparation.forget_due(uow, story) == Done()
    row = uow.session.get_one(Story, story)
    assert (row.state, row.words_encrypted) == ("withdrawn", None)
    with pytest.raises(UserError, match="only a returned or declined"):
        reviewing.take_up_again(uow, story, "Oda")


def test_her_code_and_what_was_planned_stay_good_through_it_all(uow: UnitOfWork, ana: Contact) -> None:
    story = tells(uow, ana)
    kinds = set(uow.session.scalars(select(Outbox.kind).where(Outbox.about_id == story)))
    assert kinds == {"story_waits", "story_consent"}
    assert uow.session.get_one(StoryInReview, story).consent_at == uow.now
    assert stories.read(uow, story).missing == "it is a text"
