"""Stories: added, read, published by those who run the line. Nobody hears one that nobody has reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Recording
from checkin.stories import queries, rotation
from checkin.stories.models import Story
from checkin.stories.review import queue

Kind = Literal["story", "tip"]

LONGEST_TIP = 300
"""Letters: two text messages with the question after it."""

LONGEST_TOPIC = 40


class NumberNamed(UserError):
    """A telephone number stands in what everybody would read."""


@dataclass(frozen=True)
class NewStory:
    """A story as an organizer hands it in. Its audio, when there is any, is in the media store already.

    seconds: the length of the audio. sample: its name in the sample library, by which it is loaded once only; origin:
    the same for one that is imported. kind: story, or tip (words alone, short). consent_at: when its teller agreed.
    anyway: it may be heard at once although a telephone number stands in it.
    """

    title: str
    topics: Sequence[str]
    language: str
    words: str = field(default="", repr=False)
    note: str = ""
    media_key: str | None = None
    seconds: int = 0
    sample: str | None = None
    origin: str | None = None
    kind: Kind = "story"
    credit: str | None = None
    code_key: bytes | None = None
    consent_at: datetime | None = None
    anyway: bool = False


@dataclass(frozen=True)
class Review:
    """What an organizer says about a story when they let it be heard; None and () leave what is there.

    anyway: it may be heard although a telephone number stands in it.
    """

    title: str | None = None
    topics: Sequence[str] = ()
    note: str | None = None
    anyway: bool = False


def add(uow: UnitOfWork, line: str, new: NewStory, *, who: str, publish: bool = False) -> str:
    """Add a story to a line, waiting for review or (with `publish`) to be heard at once. Answers its id.

    Raises UserError when something that listeners need is missing, and NoSuchLine.
    """
    languages = lines.get(uow, line).languages
    if new.language not in languages:
        raise UserError(
            "the line doesn't have the language %(language)s: choose one of %(languages)s",
            language=repr(new.language),
            languages=", ".join(languages),
        )
    title, topics, note = _title(new.title), topics_of(new.topics), _note(new.note)
    if not topics:
        raise UserError("a story needs a topic so people can find it: sober, alone, grief, ...")
    if new.kind == "tip" and (new.media_key is not None or not 0 < len(new.words.strip()) <= LONGEST_TIP):
        raise UserError(
            "a tip is a text of at most %(most)s characters, with no recording: shorten it", most=LONGEST_TIP
        )
    if not new.words.strip() and new.media_key is None:
        raise UserError("a story needs words or audio: add a transcript or a recording")
    story = Story(
        id=uow.new_id(),
        line=line,
        title=title,
        topics=topics,
        language=new.language,
        note=note,
        media_key=new.media_key,
        seconds=new.seconds if new.media_key else 0,
        state="published" if publish else "waiting_review",
        sample=new.sample,
        origin=new.origin,
        kind=new.kind,
        credit=new.credit,
        code_key=new.code_key,
        created_at=uow.now,
        published_at=uow.now if publish else None,
    )
    keep_words(uow, story, new.words)
    _no_number(uow, story, anyway=new.anyway or not publish)
    uow.session.add(story)
    audit.write(uow, who, AuditAction.ADD_STORY, story.id, "", story.state)
    uow.session.flush()
    desk = queue.begin(uow, story)
    desk.consent_at = new.consent_at
    if publish:
        queue.vouch(uow, desk, who)
        rotation.put(uow, story)
    return story.id


def publish(uow: UnitOfWork, story_id: str, *, who: str, review: Review | None = None) -> None:
    """Let an organizer's own story be heard, on their word that it was reviewed. Published already is no error.

    What a teller handed in, and what listeners reported, goes by the checklist alone (`reviewing`). Raises
    UserError, also for one without a title, and for one in whose words stands a telephone number.
    """
    story = _get(uow, story_id)
    desk, before = queue.of(uow, story), (story.title, story.topics, story.note)
    if story.state != "published" and (story.teller_id is not None or desk.because == "reported"):
        ready(uow, story, review or Review())
        raise UserError("the story %(id)s hasn't been reviewed yet", id=story.id[:8])
    ready(uow, story, review or Review())
    if story.state == "published":
        if (story.title, story.topics, story.note) != before:
            audit.write(uow, who, AuditAction.CHANGE_STORY, story.id, "published", "published")
            rotation.put(uow, story)
        return
    queue.vouch(uow, desk, who)
    let_be_heard(uow, story, who)


def ready(uow: UnitOfWork, story: Story, review: Review) -> None:
    """Give the story its title, topics and note, and see that it could be heard under them. Raises UserError."""
    if story.state == "withdrawn":
        raise UserError("this story was withdrawn; there's nothing left to publish")
    if story.state == "private":
        raise UserError("its storyteller hasn't agreed to share it: it stays private and will be deleted")
    if story.media_key is None and story.words_encrypted is None:
        raise UserError("it has no words or audio yet: wait for its recording, or add a transcript")
    if review.title is not None:
        _title(review.title)
    describe(story, review)
    if not story.title:
        raise UserError("it doesn't have a title yet: add one")
    _no_number(uow, story, anyway=review.anyway)


def describe(story: Story, review: Review) -> None:
    """Give it its title (which may be missing as yet), topics and note. Raises UserError."""
    if review.title is not None:
        story.title = _title(review.title) if review.title.strip() else ""
    story.topics = topics_of(review.topics) or story.topics
    story.note = story.note if review.note is None else _note(review.note)


def let_be_heard(uow: UnitOfWork, story: Story, who: str) -> None:
    """From the next choice on it is heard. Only for what was reviewed: by the checklist, or on somebody's word."""
    audit.write(uow, who, AuditAction.PUBLISH_STORY, story.id, story.state, "published")
    story.state, story.published_at, story.forget_at = "published", uow.now, None
    queue.left(uow, story)
    rotation.put(uow, story)


@dataclass(frozen=True)
class OpenedStory:
    """A story as whoever reviews it reads it. missing: why it has no sound; "" when it has."""

    words: str = field(repr=False)
    media_key: str | None
    missing: str


def read(uow: UnitOfWork, story_id: str) -> OpenedStory:
    """A story in any state, with its words. Raises UserError."""
    story = _get(uow, story_id)
    recording = uow.session.get(Recording, story.recording_id) if story.recording_id else None
    missing = ""
    if story.state == "withdrawn":
        missing = "it was taken back; nothing is left of it"
    elif story.media_key is None and recording is not None:
        fetched = recording.state not in ("expected", "ready")
        gone = f"its recording could not be used: {recording.trouble}" if recording.trouble else "its recording is gone"
        missing = gone if fetched else "its recording is not fetched from the network yet"
    elif story.media_key is None:
        missing = "it is a text"
    return OpenedStory(words_of(uow, story), story.media_key, missing)


def words_of(uow: UnitOfWork, story: Story) -> str:
    """Its words; empty where it is sound alone, or was taken back."""
    return uow.vault.decrypt(story, Story.words_encrypted)


def keep_words(uow: UnitOfWork, story: Story, words: str) -> None:
    """Its words from now on; its teller's, where somebody on the line told it."""
    teller = uow.session.get(Contact, story.teller_id) if story.teller_id else None
    uow.vault.encrypt(story, Story.words_encrypted, words.strip() or None, of=teller)


def load_samples(uow: UnitOfWork, line: str, samples: Sequence[NewStory]) -> set[str]:
    """Publish the samples that this database has never had; those withdrawn since stay gone. Answers the new names."""
    here = queries.samples_loaded(uow.session)
    new = [sample for sample in samples if sample.sample not in here]
    for sample in new:
        add(uow, line, sample, who="samples", publish=True)
    return {sample.sample for sample in new if sample.sample}


def topics_of(written: Sequence[str]) -> list[str]:
    """The topics as they are kept: small letters, each once. Raises UserError."""
    topics = list(dict.fromkeys(topic.strip().lower() for topic in written if topic.strip()))
    if any(len(topic) > LONGEST_TOPIC for topic in topics):
        raise UserError(
            "a topic is longer than %(most)s characters: use a word each, separated by commas", most=LONGEST_TOPIC
        )
    return topics


def _title(written: str) -> str:
    if not written.strip() or len(written) > 200:
        raise UserError("the title is empty or longer than 200 characters: give it a short one")
    return written.strip()


def _note(written: str) -> str:
    if len(written) > 400:
        raise UserError(
            "the content note is longer than 400 characters: it's read out before the story, so keep it short"
        )
    return written.strip()


def _no_number(uow: UnitOfWork, story: Story, *, anyway: bool) -> None:
    """See that what everybody would read holds no telephone number but the line's own and help lines'."""
    words = words_of(uow, story)
    read_by_all = (words, story.title, story.note)
    if not anyway and any(lines.strange_numbers(uow, story.line, text) for text in read_by_all):
        raise NumberNamed(
            "there's a phone number in its words, title or note, and everyone would see it",
            code="number_named",
        )


def _get(uow: UnitOfWork, story_id: str) -> Story:
    story = uow.session.get(Story, story_id)
    if story is None:
        raise UserError("there's no such story", code="no_story")
    return story
