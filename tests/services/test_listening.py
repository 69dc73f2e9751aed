"""Which story is heard next, and how a listen is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import listening, rotation, rules
from checkin.stories import service as stories
from checkin.stories.models import Listen, Story, StoryPosition
from checkin.stories.rotation import Rotation, WantedStory
from flows.engine.effects import ChooseStory
from flows.engine.inputs import NoStory, StoryFound
from tests.cast import ANA, BEN
from tests.make import make_uow
from tests.services.story_rotation import heard, hears, somebody, talking, told


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Every SQL statement that is sent meanwhile."""
    session.flush()
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_story_is_heard_only_after_oda_has_published_it(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    story = told(uow, "The porch", publish=False)
    assert hears(uow, ana, talking(uow, ana)) is None
    stories.publish(uow, story, who="Oda")
    assert hears(uow, ana, talking(uow, ana)) == "The porch"


def test_what_is_found_is_all_that_a_flow_needs(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    told(uow, "The porch", note="Speaks of loss.", media_key="a1", seconds=42)
    found = listening.choose(uow, ChooseStory("sober", "en", "unheard"), ana, talking(uow, ana))
    assert isinstance(found, StoryFound)
    assert (found.title, found.transcript) == ("The porch", "The words of The porch.")
    assert (found.note, found.seconds, found.language) == ("Speaks of loss.", 42, "en")


def test_no_story_is_heard_twice_until_all_were_and_ana_and_ben_each_hear_all(uow: UnitOfWork) -> None:
    titles = {told(uow, title) and title for title in ("one", "two", "three")}
    for who in (somebody(uow, ANA), somebody(uow, BEN)):
        assert {hears(uow, who, talking(uow, who)) for _ in range(3)} == titles
        assert hears(uow, who, talking(uow, who)) is None
    assert set(uow.session.scalars(select(Story.plays))) == {2}


def test_within_one_talk_a_story_that_was_told_is_not_chosen_again(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    story = told(uow, "one")
    action = ChooseStory("any", "en", "random", not_again=(story,))
    assert listening.choose(uow, action, ana, talking(uow, ana)) == NoStory()


def test_an_empty_library_is_told_from_one_that_was_heard(uow: UnitOfWork) -> None:
    ana = somebody(uow)

    def chosen(language: str = "en", kind: Rotation = "story", topic: str = "grief") -> StoryFound | NoStory:
        return listening.choose(uow, ChooseStory(topic, language, "unheard", (), kind), ana, talking(uow, ana))

    assert chosen() == NoStory(empty=True)
    told(uow, "one", publish=False)
    assert chosen() == NoStory(empty=True), "what waits for review is nothing to be told yet"
    told(uow, "two")
    assert chosen() == NoStory(), "there is one, on another topic"
    assert chosen("es") == chosen(kind="tip") == NoStory(empty=True)


def test_topic_and_language_are_kept_to(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    told(uow, "Sola", language="es", topic="alone")
    told(uow, "Two cups", topic="grief")
    talk = talking(uow, ana)
    assert hears(uow, ana, talk, topic="alone") is None
    assert hears(uow, ana, talk, topic="grief") == "Two cups"


def test_a_tag_that_is_a_topic_makes_its_stories_likelier(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    ana.tags = ["low_mood", "grief"]
    for place in range(20):
        told(uow, f"other {place}")
    told(uow, "Two cups", topic="grief")
    action = ChooseStory("any", "en", "unheard")
    found = [listening.choose(uow, action, ana, talking(uow, ana)) for _ in range(60)]
    titles = [story.title for story in found if isinstance(story, StoryFound)]
    assert 9 <= titles.count("Two cups") < 60, "one of twenty-one would be three"


def test_one_lines_stories_stay_on_that_line(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    story = told(uow, "Elsewhere")
    places = uow.session.scalars(select(StoryPosition).where(StoryPosition.story_id == story)).all()
    for moved in (uow.session.get_one(Story, story), *places):
        moved.line = "other"
    assert hears(uow, ana, talking(uow, ana)) is None


def test_choosing_takes_two_statements_however_many_stories_there_are(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    talk = talking(uow, ana)
    for place in range(30):
        told(uow, f"story {place}")
    with statements(uow.session) as sent:
        assert listening.choose(uow, ChooseStory("sober", "en", "unheard"), ana, talk) != NoStory()
    assert len(sent) == 2


def test_a_turn_that_is_run_again_chooses_the_same_story(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    for place in range(20):
        told(uow, f"story {place}")
    talk = talking(uow, ana)
    action = ChooseStory("any", "en", "random")
    assert listening.choose(uow, action, ana, talk) == listening.choose(uow, action, ana, talk)


def test_a_listen_counts_once_and_so_does_a_thank_you(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    talk, story = talking(uow, ana), told(uow, "The porch")
    heard(uow, story, ana, talk, "started", "thanked", "thanked", "started", "finished")
    uow.session.expire_all()
    row = uow.session.get_one(Story, story)
    assert (row.plays, row.thanks) == (1, 1)
    listen = uow.session.scalars(select(Listen)).one()
    assert (listen.how, listen.thanked) == ("finished", True)


def test_a_report_is_the_last_word_on_a_listen(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    talk, story = talking(uow, ana), told(uow, "The porch")
    heard(uow, story, ana, talk, "started", "reported", "reported", "stopped")
    uow.session.expire_all()
    assert uow.session.get_one(Story, story).reports == 1
    assert uow.session.scalars(select(Listen.how)).one() == "reported"


def test_while_ben_waits_he_hears_a_short_one_that_needs_no_warning(uow: UnitOfWork) -> None:
    ben = somebody(uow, BEN)
    talk = talking(uow, ben)
    told(uow, "long", media_key="k1", seconds=61)
    told(uow, "heavy", media_key="k2", seconds=30, note="Speaks of loss.")
    told(uow, "silent", topic="sober")
    short = told(uow, "short", media_key="k3", seconds=44)
    found = listening.choose_for_waiting(uow, talk, "en")
    assert isinstance(found, StoryFound)
    assert found.title == "short"
    assert listening.choose_for_waiting(uow, talk, "en", not_again=(short,)) == NoStory()
    assert listening.choose_for_waiting(uow, talk, "en", topics=("grief",)) == NoStory()
    assert listening.choose_for_waiting(uow, talk, "es") == NoStory()


def test_a_story_whose_state_says_no_is_not_found_in_its_rotation(uow: UnitOfWork) -> None:
    ana = somebody(uow)
    story = told(uow, "Taken down meanwhile")
    uow.session.get_one(Story, story).state = "waiting_review"
    assert hears(uow, ana, talking(uow, ana)) is None
    uow.session.get_one(Story, story).state = "published"
    assert hears(uow, ana, talking(uow, ana)) == "Taken down meanwhile"


def test_four_hundred_listeners_hear_every_teller(uow: UnitOfWork) -> None:
    titles = [told(uow, f"story {place}") for place in range(20)]
    contact = somebody(uow)
    talk, counts = talking(uow, contact), dict.fromkeys(titles, 0)
    for place in range(400):
        wanted = WantedStory("default", "en", f"listener {place}", topics=("sober",))
        fits = rotation.shortlist(uow.session, wanted, "unheard")
        chosen = rules.choose(fits, "unheard", uow.now, f"{talk.id}:{place}")
        assert chosen is not None
        counts[chosen] += 1
        rotation.told(uow, chosen, uow.now + timedelta(seconds=place))
    assert min(counts.values()) >= 0.5 * 400 / len(titles)


def test_who_waits_again_another_day_hears_again_what_there_is(uow: UnitOfWork) -> None:
    ben = somebody(uow, BEN)
    told(uow, "short", media_key="k", seconds=30)
    for _ in range(2):
        talk = talking(uow, ben)
        found = listening.choose_for_waiting(uow, talk, "en")
        assert isinstance(found, StoryFound)
        heard(uow, found.story, ben, talk, "started")


def test_after_a_crisis_match_no_story_starts_by_itself(uow: UnitOfWork) -> None:
    ben = somebody(uow, BEN)
    talk = talking(uow, ben)
    told(uow, "short", media_key="k", seconds=30)
    talk.crisis = True
    assert listening.choose_for_waiting(uow, talk, "en") == NoStory()
