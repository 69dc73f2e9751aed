"""Which story is heard next, and how a listen is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from checkin.core.unit_of_work import Work
from checkin.stories import listening, queries, rotation, shortlist
from checkin.stories import service as stories
from checkin.stories.models import Listen, ShelfPlace, Story
from checkin.stories.rules import choice
from checkin.stories.shortlist import Shelf, Wanted
from flows.engine.effects import ChooseStory
from flows.engine.inputs import NoStory, StoryFound
from tests.cast import ANA, BEN
from tests.make import make_work
from tests.services.shelf import heard, hears, somebody, talking, told


@pytest.fixture
def work(session: Session) -> Work:
    return make_work(session)


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


def test_a_story_is_heard_only_after_oda_has_published_it(work: Work) -> None:
    ana = somebody(work)
    story = told(work, "The porch", publish=False)
    assert hears(work, ana, talking(work, ana)) is None
    stories.publish(work, story, who="Oda")
    assert hears(work, ana, talking(work, ana)) == "The porch"


def test_what_is_found_is_all_that_a_flow_needs(work: Work) -> None:
    ana = somebody(work)
    told(work, "The porch", note="Speaks of loss.", media_key="a1", seconds=42)
    found = listening.choose(work, ChooseStory("sober", "en", "unheard"), ana, talking(work, ana))
    assert isinstance(found, StoryFound)
    assert (found.title, found.transcript) == ("The porch", "The words of The porch.")
    assert (found.note, found.seconds, found.language) == ("Speaks of loss.", 42, "en")


def test_no_story_is_heard_twice_until_all_were_and_ana_and_ben_each_hear_all(work: Work) -> None:
    titles = {told(work, title) and title for title in ("one", "two", "three")}
    for who in (somebody(work, ANA), somebody(work, BEN)):
        assert {hears(work, who, talking(work, who)) for _ in range(3)} == titles
        assert hears(work, who, talking(work, who)) is None
    assert {row.plays for row in queries.listing(work.session)} == {2}


def test_within_one_talk_a_story_that_was_told_is_not_chosen_again(work: Work) -> None:
    ana = somebody(work)
    story = told(work, "one")
    deed = ChooseStory("any", "en", "random", not_again=(story,))
    assert listening.choose(work, deed, ana, talking(work, ana)) == NoStory()


def test_an_empty_library_is_told_from_one_that_was_heard(work: Work) -> None:
    ana = somebody(work)

    def chosen(language: str = "en", kind: Shelf = "story", topic: str = "grief") -> StoryFound | NoStory:
        return listening.choose(work, ChooseStory(topic, language, "unheard", (), kind), ana, talking(work, ana))

    assert chosen() == NoStory(empty=True)
    told(work, "one", publish=False)
    assert chosen() == NoStory(empty=True), "what waits for review is nothing to be told yet"
    told(work, "two")
    assert chosen() == NoStory(), "there is one, on another topic"
    assert chosen("es") == chosen(kind="tip") == NoStory(empty=True)


def test_topic_and_language_are_kept_to(work: Work) -> None:
    ana = somebody(work)
    told(work, "Sola", language="es", topic="alone")
    told(work, "Two cups", topic="grief")
    talk = talking(work, ana)
    assert hears(work, ana, talk, topic="alone") is None
    assert hears(work, ana, talk, topic="grief") == "Two cups"


def test_a_tag_that_is_a_topic_makes_its_stories_likelier(work: Work) -> None:
    ana = somebody(work)
    ana.tags = ["low_mood", "grief"]
    for place in range(20):
        told(work, f"other {place}")
    told(work, "Two cups", topic="grief")
    deed = ChooseStory("any", "en", "unheard")
    found = [listening.choose(work, deed, ana, talking(work, ana)) for _ in range(60)]
    titles = [one.title for one in found if isinstance(one, StoryFound)]
    assert 9 <= titles.count("Two cups") < 60, "one of twenty-one would be three"


def test_one_lines_stories_stay_on_that_line(work: Work) -> None:
    ana = somebody(work)
    story = told(work, "Elsewhere")
    places = work.session.scalars(select(ShelfPlace).where(ShelfPlace.story_id == story)).all()
    for moved in (work.session.get_one(Story, story), *places):
        moved.line = "other"
    assert hears(work, ana, talking(work, ana)) is None


def test_choosing_takes_two_statements_however_many_stories_there_are(work: Work) -> None:
    ana = somebody(work)
    talk = talking(work, ana)
    for place in range(30):
        told(work, f"story {place}")
    with statements(work.session) as sent:
        assert listening.choose(work, ChooseStory("sober", "en", "unheard"), ana, talk) != NoStory()
    assert len(sent) == 2


def test_a_turn_that_is_run_again_chooses_the_same_story(work: Work) -> None:
    ana = somebody(work)
    for place in range(20):
        told(work, f"story {place}")
    talk = talking(work, ana)
    deed = ChooseStory("any", "en", "random")
    assert listening.choose(work, deed, ana, talk) == listening.choose(work, deed, ana, talk)


def test_a_listen_counts_once_and_so_does_a_thank_you(work: Work) -> None:
    ana = somebody(work)
    talk, story = talking(work, ana), told(work, "The porch")
    heard(work, story, ana, talk, "started", "thanked", "thanked", "started", "finished")
    work.session.expire_all()
    row = work.session.get_one(Story, story)
    assert (row.plays, row.thanks) == (1, 1)
    listen = work.session.scalars(select(Listen)).one()
    assert (listen.how, listen.thanked) == ("finished", True)


def test_a_report_is_the_last_word_on_a_listen(work: Work) -> None:
    ana = somebody(work)
    talk, story = talking(work, ana), told(work, "The porch")
    heard(work, story, ana, talk, "started", "reported", "reported", "stopped")
    work.session.expire_all()
    assert work.session.get_one(Story, story).reports == 1
    assert work.session.scalars(select(Listen.how)).one() == "reported"


def test_while_ben_waits_he_hears_a_short_one_that_needs_no_warning(work: Work) -> None:
    ben = somebody(work, BEN)
    talk = talking(work, ben)
    told(work, "long", media_key="k1", seconds=61)
    told(work, "heavy", media_key="k2", seconds=30, note="Speaks of loss.")
    told(work, "silent", topic="sober")
    short = told(work, "short", media_key="k3", seconds=44)
    found = listening.choose_for_waiting(work, talk, "en")
    assert isinstance(found, StoryFound)
    assert found.title == "short"
    assert listening.choose_for_waiting(work, talk, "en", not_again=(short,)) == NoStory()
    assert listening.choose_for_waiting(work, talk, "en", topics=("grief",)) == NoStory()
    assert listening.choose_for_waiting(work, talk, "es") == NoStory()


def test_a_story_whose_state_says_no_is_not_found_on_its_shelf(work: Work) -> None:
    ana = somebody(work)
    story = told(work, "Taken down meanwhile")
    work.session.get_one(Story, story).state = "waiting_review"
    assert hears(work, ana, talking(work, ana)) is None
    work.session.get_one(Story, story).state = "published"
    assert hears(work, ana, talking(work, ana)) == "Taken down meanwhile"


def test_four_hundred_listeners_hear_every_teller(work: Work) -> None:
    titles = [told(work, f"story {place}") for place in range(20)]
    contact = somebody(work)
    talk, counts = talking(work, contact), dict.fromkeys(titles, 0)
    for place in range(400):
        wanted = Wanted("default", "en", f"listener {place}", topics=("sober",))
        fits = shortlist.shortlist(work.session, wanted, "unheard")
        chosen = choice.choose(fits, "unheard", work.now, f"{talk.id}:{place}")
        assert chosen is not None
        counts[chosen] += 1
        rotation.told(work, chosen, work.now + timedelta(seconds=place))
    assert min(counts.values()) >= 0.5 * 400 / len(titles)


def test_who_waits_again_another_day_hears_again_what_there_is(work: Work) -> None:
    ben = somebody(work, BEN)
    told(work, "short", media_key="k", seconds=30)
    for _ in range(2):
        talk = talking(work, ben)
        found = listening.choose_for_waiting(work, talk, "en")
        assert isinstance(found, StoryFound)
        heard(work, found.story, ben, talk, "started")


def test_after_a_crisis_match_no_story_starts_by_itself(work: Work) -> None:
    ben = somebody(work, BEN)
    talk = talking(work, ben)
    told(work, "short", media_key="k", seconds=30)
    talk.crisis = True
    assert listening.choose_for_waiting(work, talk, "en") == NoStory()
