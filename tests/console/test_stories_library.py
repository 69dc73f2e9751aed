"""The library: what is heard and how, what comes in from files and fields, what is changed and taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy import Engine, select

from checkin.accounts.rules import Role
from checkin.core.audit_models import Audit
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview
from checkin.telephony.media_store import MediaMissing
from checkin.web.reads.stories import PAGE
from tests.console.browser import BASE, Browser, Shown
from tests.console.conftest import MOST
from tests.console.people import HOSTILE
from tests.console.reviewing import page, row, words
from tests.console.stories import is_heard, waits
from tests.media.sounds import wav
from tests.the_line import TheLine

LIBRARY = "/console/stories/library"
ADDED = {"kind": "story", "language": "en", "title": "A porch", "topics": "alone, grief", "agreed": "1"}


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What the services do is tested on both databases, beside them."""
    return sqlite_engine


def hands_in(browser: Browser, name: str, content: bytes, **fields: str) -> Shown:
    """Send the form with a file in it."""
    held = browser.cookies.csrf(browser.token or "")
    data = {"csrf": held, **ADDED, **fields, "file": (io.BytesIO(content), name)}
    sent = browser.client.post(f"{LIBRARY}/add", base_url=BASE, data=data, follow_redirects=True)
    return Shown(sent)


def sound_in(shown: Shown) -> str:
    [path] = re.findall(r'<audio[^>]* src="([^"]+)"', shown.html)
    return unescape(path)


def all_of(line: TheLine) -> list[Story]:
    return list(line.runtime.read(lambda session: session.scalars(select(Story).order_by(Story.id)).all()))


def test_the_library_says_how_stories_are_heard(line: TheLine, oda: Browser) -> None:
    is_heard(line, "Two winters", listens=("finished", "thanked", "stopped"))
    is_heard(line, "Walk to the corner", kind="tip", topics=["alone"])
    shown = oda.opens(f"{LIBRARY}/").words
    assert re.search(r"Two winters text en sober 3 67 % 1 ", shown)
    assert "Walk to the corner tip en alone 0 – 0" in shown


def test_it_is_filtered_by_topic_language_kind_and_state(line: TheLine, oda: Browser) -> None:
    is_heard(line, "Two winters", topics=["grief"])
    is_heard(line, "Dos inviernos", language="es")
    is_heard(line, "A short walk", kind="tip", topics=["alone"])
    titles = ("Two winters", "Dos inviernos", "A short walk")

    def found(asked: str) -> list[str]:
        shown = oda.opens(f"{LIBRARY}/?{asked}").words
        return [title for title in titles if title in shown]

    assert found("") == list(titles)
    assert found("topic=grief") == ["Two winters"]
    assert found("language=es") == ["Dos inviernos"]
    assert found("kind=tip") == ["A short walk"]
    assert found("kind=story&language=en") == ["Two winters"]
    assert found("state=withdrawn") == []
    assert found("state=private&order=%27&page=x&topic=%3Cscript%3E") == []


def test_a_long_library_goes_on_another_page(line: TheLine, oda: Browser) -> None:
    for number in range(PAGE + 1):
        is_heard(line, f"Story {number:03}")
    first = oda.opens(f"{LIBRARY}/?order=plays&language=en")
    assert first.words.count("Story 0") == PAGE
    assert "page=1" in first.html
    assert "language=en" in re.findall(r'href="([^"]*page=1[^"]*)"', first.html)[0]
    assert oda.opens(f"{LIBRARY}/?page=1").words.count("Story 0") == 1


def test_a_recording_comes_in_as_the_terminal_takes_it_and_waits(line: TheLine, oda: Browser) -> None:
    shown = hands_in(oda, "porch.wav", wav(3), words="I sat on a porch.", note="Of loss.")
    assert "Story added. It's waiting for review." in shown.words
    [story] = all_of(line)
    assert (story.state, story.seconds, story.topics, story.note) == (
        "waiting_review",
        3,
        ["alone", "grief"],
        "Of loss.",
    )
    assert words(line, story.id) == "I sat on a porch."
    assert line.runtime.media.open(story.media_key or "")[:3] != b"RIF", "it is telephone audio now"
    line.carries_out()
    assert max(line.runtime.read(lambda session: session.get_one(StoryInReview, story.id)).peaks or []) == 100


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("porch.wav", b"", "the file is empty"),
        ("porch.wav", b"<script>alert(1)</script>", "audio can't be read"),
        ("porch.mp3", wav(1)[:500], "cut off or damaged"),
        ("porch.wav", wav(0, silent=3), "it's silent"),
        ("porch.txt", b"\xff\xfe\x00", "isn't UTF-8"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_left_of_it(
    line: TheLine, oda: Browser, name: str, content: bytes, said: str
) -> None:
    shown = hands_in(oda, name, content)
    assert shown.status == 422
    assert said in shown.words
    assert 'value="A porch"' in shown.html, "what was typed is still there"
    assert all_of(line) == []
    assert list(line.runtime.settings.media.glob("*")) == []


def test_a_text_file_stands_for_its_words(line: TheLine, oda: Browser) -> None:
    hands_in(oda, "porch.txt", "Me senté\r\nen el porche.".encode(), language="es")
    [story] = all_of(line)
    assert (words(line, story.id), story.media_key, story.language) == ("Me senté\nen el porche.", None, "es")
    assert "use only one of them" in hands_in(oda, "porch.txt", b"Words.", words="Other words.").words


def test_what_is_missing_is_said(line: TheLine, oda: Browser) -> None:
    def said(**fields: str) -> str:
        return oda.sends(f"{LIBRARY}/add", **{**ADDED, "words": "I sat.", **fields}).words

    assert "the storyteller has agreed" in said(agreed="")
    assert "needs a title" in said(title=" ")
    assert "at least one topic" in said(topics=" , ")
    assert "needs words or audio" in said(words="")
    assert "at most 300 characters" in said(kind="tip", words="x" * 301)
    assert "longer than 20,000 characters" in said(words="x" * 20_001)
    assert "longer than 40 characters" in said(topics="x" * 41)
    assert "doesn't have the language" in said(language="xx")
    assert all_of(line) == []
    assert "waiting for review" in said(kind="tip", words="Walk to the corner.")
    assert [story.kind for story in all_of(line)] == ["tip"]


def test_its_sound_is_heard_in_part_in_this_browser_alone_and_not_for_long(
    line: TheLine, oda: Browser, visits: Callable[[Role], Browser]
) -> None:
    story, waiting = is_heard(line, "Two winters", sound=True), waits(line)
    path = sound_in(oda.opens(f"{LIBRARY}/{story}"))
    whole = oda.asks(path)
    assert (whole.status, whole.response.headers["Accept-Ranges"]) == (200, "bytes")
    assert whole.response.headers["Cache-Control"] == "private, no-store"
    part = oda.asks(path, Range="bytes=100-199")
    assert (part.status, part.response.data) == (206, whole.response.data[100:200])
    assert part.response.headers["Content-Range"] == f"bytes 100-199/{len(whole.response.data)}"
    other = visits("lead")
    assert other.asks(path).status == 404, "another browser"
    assert oda.asks(path.replace(story, waiting)).status == 404, "another story"
    assert oda.asks(path.partition("?")[0]).status == 404, "without its signature"
    line.clock.forward(minutes=6)
    assert oda.asks(path).status == 404, "too late"
    again = oda.asks(f"/console/stories/hear/{story}/address")
    assert oda.asks(again.html).status == 200, "the player asks for another address, and goes on"


def test_before_it_is_published_only_reviewers_hear_it(line: TheLine, visits: Callable[[Role], Browser]) -> None:
    story, told = waits(line), is_heard(line, "Two winters", sound=True)
    looker, reviewer = visits("read_only"), visits("reviewer")
    assert looker.asks(f"/console/stories/hear/{told}/address").status == 200
    assert looker.asks(f"/console/stories/hear/{story}/address").status == 404
    heard = reviewer.asks(sound_in(reviewer.opens(page(story))))
    assert heard.status == 200
    assert heard.response.mimetype == "audio/wav"


def test_it_is_changed_while_it_is_heard(line: TheLine, oda: Browser) -> None:
    story = is_heard(line, "Two winters")
    shown = oda.sends(f"{LIBRARY}/{story}/change", title="Three winters", topics="grief", note="Of loss.")
    assert "Saved." in shown.words
    assert (row(line, story).title, row(line, story).note) == ("Three winters", "Of loss.")
    assert "Three winters" in oda.opens(f"{LIBRARY}/?topic=grief").words
    assert oda.sends(f"{LIBRARY}/{story}/change", title=" ").status == 422
    waiting = waits(line)
    assert oda.sends(f"{LIBRARY}/{waiting}/change", title="Heard").status == 404
    assert row(line, waiting).title == ""


def test_it_is_taken_back_with_a_reason_and_nothing_is_left(line: TheLine, oda: Browser) -> None:
    story = is_heard(line, "Two winters", sound=True)
    key = row(line, story).media_key or ""
    assert "Choose why" in oda.sends(f"{LIBRARY}/{story}/withdraw", why="because").words
    assert "data-confirm=" in oda.opens(f"{LIBRARY}/{story}").html
    shown = oda.sends(f"{LIBRARY}/{story}/withdraw", why="identity")
    assert "nobody can hear it from now on" in shown.words
    assert "Withdraw it for good?" not in shown.words
    assert row(line, story).state == "withdrawn"
    with pytest.raises(MediaMissing):
        line.runtime.media.open(key)
    assert oda.who
    found = line.runtime.read(
        lambda session: session.scalars(select(Audit).where(Audit.what == "withdrew a story")).one()
    )
    assert (found.who, found.after) == (f"organizer {oda.who.id}", "withdrawn: identity")


def test_who_only_looks_changes_nothing(line: TheLine, visits: Callable[[Role], Browser]) -> None:
    story = is_heard(line, "Two winters")
    looker = visits("read_only")
    shown = looker.opens(f"{LIBRARY}/{story}")
    assert "The words of Two winters." in shown.words
    assert "Withdraw it for good?" not in shown.words
    assert "Add a story" not in shown.words
    assert looker.sends(f"{LIBRARY}/{story}/withdraw", why="old").status == 403


def test_a_story_of_another_line_is_not_there(line: TheLine, oda: Browser) -> None:
    story = is_heard(line, "Two winters", sound=True)
    line.runtime.do(lambda uow: setattr(uow.session.get_one(Story, story), "line", "elsewhere"))
    assert "Two winters" not in oda.opens(f"{LIBRARY}/").words
    for path in (f"{LIBRARY}/{story}", f"/console/stories/hear/{story}/address"):
        assert oda.asks(path).status == 404
    assert oda.sends(f"{LIBRARY}/{story}/withdraw", why="old").status == 404
    assert oda.sends(f"{LIBRARY}/{story}/change", title="x").status == 404
    assert row(line, story).state == "published"


def test_no_page_asks_the_database_more_than_ten_things(line: TheLine, oda: Browser, statements: list[str]) -> None:
    for number in range(3):
        waits(line, title=f"Waits {number}")
        told = is_heard(line, f"Heard {number}", sound=True, listens=("finished",))
    waiting = waits(line)
    for path in ("/console/stories/", page(waiting), f"{LIBRARY}/", f"{LIBRARY}/{told}", f"{LIBRARY}/add"):
        statements.clear()
        assert oda.opens(path).status == 200
        assert len([statement for statement in statements if not statement.startswith("INSERT INTO audit")]) <= MOST, (
            path
        )


@pytest.mark.parametrize("said", HOSTILE, ids=["script", "image", "direction", "emoji"])
def test_hostile_words_are_shown_as_they_are(line: TheLine, oda: Browser, said: str) -> None:
    waiting = waits(line, said, title=said[:60])
    told = is_heard(line, said[:60], words=said, note=said[:60], topics=[said[:40]])
    for path in ("/console/stories/", page(waiting), f"{LIBRARY}/", f"{LIBRARY}/{told}"):
        shown = oda.opens(path)
        assert said[:60] in unescape(shown.html), path
        assert "<img" not in shown.html
        assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", shown.html)), path
    assert words(line, told) == said
    assert line.runtime.do(lambda uow: stories.read(uow, waiting)).words == said
