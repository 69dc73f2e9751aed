"""Whatever state a story is in: nobody hears it by any way unless somebody reviewed it as it is now."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import listening, queries, rotation
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryPosition, StoryReview
from checkin.stories.review import queue
from checkin.stories.service import NewStory, Review
from flows.engine.effects import ChooseStory
from flows.engine.inputs import NoStory
from tests.make import make_uow
from tests.services.story_rotation import reviewed, somebody, talking

STATES = ("private", "waiting_review", "returned", "declined", "resting", "withdrawn")


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


def recorded(uow: UnitOfWork, **values: object) -> str:
    new = NewStory("The porch", ["sober"], "en", "Words.", media_key="k1", seconds=30)
    return stories.add(uow, "default", new, who="Oda", **values)  # type: ignore[arg-type]


def ways_to_hear(uow: UnitOfWork, story: str) -> list[str]:
    """Every way by which anybody could come to this story now."""
    contact = uow.session.scalars(select(Contact)).first() or somebody(uow)
    talk, found = talking(uow, contact), []
    for pick in ("unheard", "newest", "random"):
        for topic in (None, "any", "sober"):
            if not isinstance(listening.choose(uow, ChooseStory(topic, "en", pick), contact, talk), NoStory):
                found.append(f"chosen: {pick} {topic}")
    if not isinstance(listening.choose_for_waiting(uow, talk, "en"), NoStory):
        found.append("while waiting")
    if queries.to_tell(uow.session, story) is not None:
        found.append("told")
    if listening.sound(uow, story) is not None:
        found.append("its sound")
    return found


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("stale", [False, True], ids=["in its places", "in places it should have left"])
def test_nobody_hears_a_story_in_this_state(uow: UnitOfWork, state: str, stale: bool) -> None:
    story = recorded(uow, publish=True)
    assert len(ways_to_hear(uow, story)) == 12, "it can be heard by every way while it is published"
    uow.session.execute(update(Story).where(Story.id == story).values(state=state))
    uow.session.expire_all()
    if not stale:
        rotation.take_off(uow, story)
    assert bool(uow.session.scalars(select(StoryPosition)).all()) == stale
    assert ways_to_hear(uow, story) == []


def test_the_states_are_all_there_are(uow: UnitOfWork) -> None:
    assert set(STATES) | {"published"} == set(Story.__doc__.split("state: ")[1].split(". A withdrawn")[0].split(", "))  # type: ignore[union-attr]


def test_whatever_is_published_has_somebodys_name_on_it(uow: UnitOfWork) -> None:
    own, handed = recorded(uow, publish=True), recorded(uow, publish=False)
    stories.publish(uow, handed, who="Oda", review=Review(note="Of loss."))
    said = {row.story_id: (row.by, row.outcome) for row in uow.session.scalars(select(StoryReview))}
    assert said == {own: ("Oda", "vouched"), handed: ("Oda", "vouched")}


def test_what_was_reported_is_not_vouched_for_but_reviewed(uow: UnitOfWork) -> None:
    story = recorded(uow, publish=True)
    queue.again(uow, uow.session.get_one(Story, story), "reported")
    assert ways_to_hear(uow, story) == []
    with pytest.raises(UserError, match="hasn't been reviewed yet"):
        stories.publish(uow, story, who="Oda")
    assert reviewed(uow, story).outcome == "heard"
    assert len(ways_to_hear(uow, story)) == 12
