"""Oda and Vee review what Ana told: with every question answered, trimmed, corrected, sent back, or not shared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.messages.models import Message
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Skipped
from checkin.stories import review_queries as rows
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryDesk, StoryReview
from checkin.stories.review import preparation, reviewing
from checkin.stories.service import Review
from checkin.stories.tellers import submission
from checkin.volunteers.models import Alert
from flows.engine.effects import SaveStory
from tests import make
from tests.cast import ANA, VEE
from tests.make import make_work, volunteer
from tests.services.shelf import answers, hears, reviewed, somebody, talking, told


@pytest.fixture
def work(session: Session) -> Work:
    return make_work(session)


@pytest.fixture
def ana(work: Work) -> Contact:
    return somebody(work)


def tells(work: Work, ana: Contact, words: str = "I sat on the porch.", language: str = "en") -> str:
    """Ana hands her story in; answers its id."""
    ana.consents = ["keep_story", "share_story"]
    submission.submit(
        work, SaveStory(None, words, "alone", "anon", "waiting_review", language), ana, talking(work, ana)
    )
    work.session.flush()
    return work.session.scalars(select(Story.id).order_by(Story.id.desc())).first() or ""


def two_are_wanted(work: Work) -> None:
    line = work.library.lines["default"]
    strict = line.model_copy(update={"stories": line.stories.model_copy(update={"reviewers": 2})})
    work.library = work.library._but(lines={**work.library.lines, "default": strict})


def state(work: Work, story: str) -> str:
    return work.session.get_one(Story, story).state


def texts(work: Work, ana: Contact) -> list[str]:
    """What Ana is told of her story, without the code."""
    sealed = work.session.scalars(select(Message).where(Message.contact_id == ana.id).order_by(Message.id))
    bodies = [make.decrypted(work, row, "body_encrypted") for row in sealed]
    return [body for body in bodies if "keep this code" not in body and "esta clave" not in body]


def test_what_waits_longest_stands_first(work: Work, ana: Contact) -> None:
    first = tells(work, ana)
    work.now += timedelta(days=2)
    second = told(work, "A tip of mine", publish=False)
    waiting = rows.waiting(work.session, "default")
    assert [(one.id, one.because, one.has_words) for one in waiting] == [(first, "new", True), (second, "new", True)]
    assert work.now - waiting[0].since == timedelta(days=2)
    reviewed(work, first, title="The porch")
    assert [one.id for one in rows.waiting(work.session, "default")] == [second]


def test_one_yes_with_every_answer_lets_it_be_heard_and_ana_is_told(work: Work, ana: Contact) -> None:
    story = tells(work, ana)
    with pytest.raises(UserError, match="needs an answer.*heavy"):
        reviewing.say_yes(work, story, "Oda", {"method": "no"}, Review("The porch"))
    assert reviewed(work, story, title="The porch", topics=["grief"], note="Of loss.").outcome == "heard"
    assert hears(work, ana, talking(work, ana), topic="grief") == "The porch"
    assert "others can hear it now" in texts(work, ana)[0]
    (said,) = rows.said(work.session, story)
    assert (said.by, said.outcome, said.answers["method"]) == ("Oda", "yes", "no")
    assert ("Oda", "publish story") in work.session.execute(select(Audit.who, Audit.what)).all()


@pytest.mark.parametrize("name", ["method", "dose", "teller", "others", "minor", "advice", "hope"])
def test_a_yes_in_the_checklist_holds_it_back_and_is_kept(work: Work, ana: Contact, name: str) -> None:
    story = tells(work, ana)
    verdict = reviewing.say_yes(work, story, "Oda", answers(work, **{name: "yes"}), Review("The porch"))
    assert (verdict.outcome, verdict.held_by) == ("held", (name,))
    assert state(work, story) == "waiting_review"
    assert hears(work, ana, talking(work, ana)) is None
    assert work.session.scalars(select(StoryReview.outcome)).all() == ["held"]
    assert work.session.scalars(select(Alert)).all() == []
    assert reviewing.say_yes(work, story, "Oda", answers(work, **{name: "cut"}), Review("T")).outcome == "heard"


def test_a_heavy_story_needs_a_note_which_is_said_before_it(work: Work, ana: Contact) -> None:
    story = tells(work, ana)
    heavy = answers(work, heavy="yes")
    assert reviewing.say_yes(work, story, "Oda", heavy, Review("Night")).held_by == ("heavy",)
    assert (
        reviewing.say_yes(work, story, "Oda", heavy, Review("Night", note="It speaks of a death.")).outcome == "heard"
    )
    assert work.session.get_one(Story, story).note == "It speaks of a death."


def test_a_teller_in_danger_is_looked_in_on_at_once(work: Work, ana: Contact) -> None:
    volunteer(work, VEE, "Vee", lead=True)
    story = tells(work, ana)
    verdict = reviewing.say_yes(work, story, "Oda", answers(work, crisis="yes"), Review("Night"))
    assert verdict.held_by == ("crisis",)
    alert = work.session.scalars(select(Alert)).one()
    assert (alert.kind, alert.contact_id) == (reviewing.CARE, ana.id)
    to_vee = work.session.scalars(select(Message).where(Message.kind == "alert")).one()
    assert ana.alias in make.decrypted(work, to_vee, "body_encrypted")


def test_where_two_are_wanted_two_people_say_yes(work: Work, ana: Contact) -> None:
    two_are_wanted(work)
    story = tells(work, ana)
    assert reviewed(work, story, "Oda", title="The porch").outcome == "one_more"
    assert hears(work, ana, talking(work, ana)) is None
    for same in ("Oda", " oda ", "ODA"):
        with pytest.raises(UserError, match="another person"):
            reviewed(work, story, same)
    assert rows.waiting(work.session, "default")[0].yes == ("Oda",)
    assert reviewed(work, story, "Vee").outcome == "heard"
    assert hears(work, ana, talking(work, ana)) == "The porch"


def test_a_volunteer_is_one_person_by_half_their_name_too(work: Work, ana: Contact) -> None:
    two_are_wanted(work)
    volunteer(work, VEE, "Vee Moreno")
    story = tells(work, ana)
    reviewed(work, story, "Vee Moreno", title="The porch")
    with pytest.raises(UserError, match="Vee Moreno has said yes"):
        reviewed(work, story, "vee")


def test_nobody_reviews_what_they_told_themselves(work: Work, ana: Contact) -> None:
    volunteer(work, ANA, "Ana Lopez")
    story = tells(work, ana)
    with pytest.raises(UserError, match="whoever told it"):
        reviewed(work, story, "Ana Lopez", title="Mine")
    with pytest.raises(UserError, match="say who reviews it"):
        reviewed(work, story, "  ", title="Mine")
    assert state(work, story) == "waiting_review"


def test_new_words_ask_for_a_new_yes_of_everyone(work: Work, ana: Contact) -> None:
    two_are_wanted(work)
    story = tells(work, ana)
    reviewed(work, story, "Oda", title="The porch")
    work.now += timedelta(minutes=5)
    reviewing.change(work, story, "Vee", words="I sat on a porch.", language="es")
    assert reviewed(work, story, "Vee").outcome == "one_more"
    assert reviewed(work, story, "Oda").outcome == "heard"
    row = work.session.get_one(Story, story)
    assert (make.decrypted(work, row, "words_encrypted"), row.language) == ("I sat on a porch.", "es")
    with pytest.raises(UserError, match="does not wait"):
        reviewing.change(work, story, "Vee", words="Other words.")


def test_the_same_words_again_change_nothing(work: Work, ana: Contact) -> None:
    story = tells(work, ana)
    reviewing.change(work, story, "Oda", words=" I sat on the porch. ")
    assert work.session.get_one(StoryDesk, story).edited_at is None
    with pytest.raises(UserError, match="no language 'fr'"):
        reviewing.change(work, story, "Oda", language="fr")
    with pytest.raises(UserError, match="needs words"):
        reviewing.change(work, story, "Oda", words=" ")


def test_it_goes_back_with_a_kind_text_in_the_language_of_the_story(work: Work, ana: Contact) -> None:
    story = tells(work, ana, "Me llamo ...", "es")
    with pytest.raises(UserError, match="kind text"):
        reviewing.give_back(work, story, "Oda", " ")
    with pytest.raises(UserError, match="600 letters"):
        reviewing.give_back(work, story, "Oda", "x" * 601)
    with pytest.raises(UserError, match="telephone number"):
        reviewing.give_back(work, story, "Oda", "Call me on 555-010-4477 then")
    assert reviewing.give_back(work, story, "Oda", "names").outcome == "returned"
    assert (texts(work, ana)[0].startswith("Harbor Line: gracias"), state(work, story)) == (True, "returned")
    assert rows.waiting(work.session, "default") == []
    reviewing.take_up_again(work, story, "Oda")
    assert state(work, story) == "waiting_review"
    assert work.session.get_one(Story, story).forget_at is None


@pytest.mark.parametrize(("words", "told_her"), [("", []), ("Thank you, truly.", ["Thank you, truly."])])
def test_it_is_declined_with_a_kind_text_or_none(work: Work, ana: Contact, words: str, told_her: list[str]) -> None:
    story = tells(work, ana)
    reviewing.decline(work, story, "Oda", words)
    assert (state(work, story), texts(work, ana)) == ("declined", told_her)
    assert isinstance(preparation.forget_due(work, story), Skipped)
    work.now += timedelta(days=31)
    assert preparation.forget_due(work, story) == Done()
    row = work.session.get_one(Story, story)
    assert (row.state, row.words_encrypted) == ("withdrawn", None)
    with pytest.raises(UserError, match="only a returned or declined"):
        reviewing.take_up_again(work, story, "Oda")


def test_her_code_and_what_was_planned_stay_good_through_it_all(work: Work, ana: Contact) -> None:
    story = tells(work, ana)
    kinds = set(work.session.scalars(select(Outbox.kind).where(Outbox.about_id == story)))
    assert kinds == {"story_waits", "story_consent"}
    assert work.session.get_one(StoryDesk, story).consent_at == work.now
    assert stories.read(work, story).missing == "it is a text"
