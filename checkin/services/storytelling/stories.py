"""Stories: handed in, published, taken back. Nobody hears one that an organiser has not published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from checkin.models.contacts import Contact
from checkin.models.conversations import Conversation, Recording
from checkin.models.outbox import Audit
from checkin.models.stories import Story
from checkin.queries import stories as queries
from checkin.queries.stories import Listed
from checkin.rules import withdraw_codes
from checkin.rules.typed_numbers import find_numbers
from checkin.services import contacts, lines, messages, outbox
from checkin.services.storytelling import recordings, tombstones
from checkin.work import Work
from flows.effects import SaveStory
from flows.sentences import NoSentence, line_names, sentence


class StoryError(Exception):
    """Something can't be done with a story; the text says what and what to do."""


@dataclass(frozen=True)
class NewStory:
    """A story as an organiser hands it in. Its audio, when there is any, is in the media store already.

    seconds: the length of the audio. sample: its name in the sample library, by which it is loaded once only.
    """

    title: str
    topics: Sequence[str]
    language: str
    words: str = field(default="", repr=False)
    note: str = ""
    media_key: str | None = None
    seconds: int = 0
    sample: str | None = None


@dataclass(frozen=True)
class Review:
    """What an organiser says about a story when they let it be heard; None and () leave what is there.

    anyway: it may be heard although a telephone number stands in it.
    """

    title: str | None = None
    topics: Sequence[str] = ()
    note: str | None = None
    anyway: bool = False


def add(work: Work, line: str, new: NewStory, *, who: str, publish: bool = False) -> str:
    """Add a story to a line, waiting for review or (with `publish`) to be heard at once. Answers its id.

    Raises StoryError when something that listeners need is missing, and NoSuchLine.
    """
    languages = lines.get(work, line).languages
    if new.language not in languages:
        raise StoryError(f"the line has no language {new.language!r}: choose one of {', '.join(languages)}")
    title, topics, note = _title(new.title), topics_of(new.topics), _note(new.note)
    if not topics:
        raise StoryError("a story needs a topic, so that it can be found: sober, alone, grief, ...")
    if not new.words.strip() and new.media_key is None:
        raise StoryError("a story needs words or audio: give it a transcript or a recording")
    story = Story(
        id=work.new_id(),
        line=line,
        title=title,
        topics=topics,
        language=new.language,
        note=note,
        words_sealed=work.vault.seal(new.words.strip()) if new.words.strip() else None,
        media_key=new.media_key,
        seconds=new.seconds if new.media_key else 0,
        state="published" if publish else "waiting_review",
        sample=new.sample,
        created_at=work.now,
        published_at=work.now if publish else None,
    )
    work.session.add(story)
    _audit(work, who, "add story", story.id, "", story.state)
    work.session.flush()
    return story.id


def publish(work: Work, story_id: str, *, who: str, review: Review | None = None) -> None:
    """Let a reviewed story be heard, under the title, topics and note that it is given. Published already is no error.

    Raises StoryError, also for one without a title, and for one in whose words stands a telephone number.
    """
    story, review = _get(work, story_id), review or Review()
    if story.state == "withdrawn":
        raise StoryError("this story was taken back; nothing is left of it to publish")
    if story.state == "private":
        raise StoryError("its teller has not agreed to share it: it stays private and will be forgotten")
    if story.media_key is None and story.words_sealed is None:
        raise StoryError("it has neither words nor audio yet: wait for its recording, or add a transcript")
    before = (story.title, story.topics, story.note)
    story.title = story.title if review.title is None else _title(review.title)
    story.topics = topics_of(review.topics) or story.topics
    story.note = story.note if review.note is None else _note(review.note)
    if not story.title:
        raise StoryError("it has no title yet: give it one with --title")
    if not review.anyway and _names_a_number(work, story):
        raise StoryError(
            "a telephone number stands in its words (or title, or note), and everybody would read it:"
            " if it may be known, publish with --anyway"
        )
    if story.state == "published":
        if (story.title, story.topics, story.note) != before:
            _audit(work, who, "change story", story.id, "published", "published")
        return
    _audit(work, who, "publish story", story.id, story.state, "published")
    story.state, story.published_at = "published", work.now


@dataclass(frozen=True)
class Opened:
    """A story as whoever reviews it reads it. missing: why it has no sound; "" when it has."""

    listed: Listed
    words: str = field(repr=False)
    media_key: str | None
    missing: str


def read(work: Work, story_id: str) -> Opened:
    """A story in any state, with its words. Raises StoryError."""
    story = _get(work, story_id)
    recording = work.session.get(Recording, story.recording_id) if story.recording_id else None
    missing = ""
    if story.state == "withdrawn":
        missing = "it was taken back; nothing is left of it"
    elif story.media_key is None and recording is not None:
        fetched = recording.state not in ("expected", "ready")
        missing = "its recording is gone" if fetched else "its recording is not fetched from the network yet"
    elif story.media_key is None:
        missing = "it is a text"
    words = work.vault.open(story.words_sealed) if story.words_sealed else ""
    return Opened(queries.as_listed(story), words, story.media_key, missing)


def withdraw(work: Work, story_id: str, *, who: str) -> str | None:
    """Take a story back: not heard from the next play on, its words gone, its audio destroyed by the worker.

    Answers the key of audio that only this story had, for one who wants to destroy it at once. Raises StoryError.
    """
    story = _get(work, story_id)
    if story.state == "withdrawn":
        return None
    _audit(work, who, "withdraw story", story.id, story.state, "withdrawn")
    media_key, recording_id = story.media_key, story.recording_id
    tombstones.bury(work, Story.id == story.id)
    if recording_id is not None:
        recordings.forget(work, recording_id)
        return None
    if media_key is not None:
        outbox.later(work, "destroy_media", media_key, work.now)
    return media_key


def withdraw_by_code(work: Work, line: str, code: str) -> bool:
    """WITHDRAW code: its teller takes a story back. False when no story of this line has that code."""
    key = work.vault.look_up(f"withdraw:{line}", withdraw_codes.normal(code))
    story_id = work.session.scalar(select(Story.id).where(Story.code_key == key, Story.line == line))
    if story_id is None:
        return False
    withdraw(work, story_id, who="teller")
    return True


def submit(work: Work, deed: SaveStory, contact: Contact, conversation: Conversation) -> str:
    """A contact's own story: for review with their consent, or private and forgotten after a while.

    Answers the code with which its teller takes it back; one that may be shared one day is texted to them.
    """
    recording = work.session.get(Recording, deed.recording) if deed.recording else None
    forget_at = work.now + deed.forget_after if deed.forget_after else None
    code = withdraw_codes.make(work.new_id())
    story = Story(
        id=work.new_id(),
        line=contact.line,
        title="",
        topics=[deed.topic] if deed.topic else [],
        language=deed.language,
        credit=deed.credit,
        words_sealed=work.vault.seal(deed.words) if deed.words else None,
        media_key=recording.media_key if recording and recording.state == "kept" else None,
        seconds=recording.seconds if recording else 0,
        state=deed.state,
        recording_id=recording.id if recording else None,
        teller_id=contact.id,
        code_key=work.vault.look_up(f"withdraw:{contact.line}", code),
        created_at=work.now,
        forget_at=forget_at,
    )
    work.session.add(story)
    if recording is not None:
        recordings.forget_at(work, recording.id, forget_at)
    if deed.state == "waiting_review":
        _text_code(work, contact, conversation, deed.language, code)
    return code


def load_samples(work: Work, line: str, samples: Sequence[NewStory]) -> set[str]:
    """Publish the samples that this database has never had; those withdrawn since stay gone. Answers the new names."""
    here = queries.samples_loaded(work.session)
    new = [sample for sample in samples if sample.sample not in here]
    for sample in new:
        add(work, line, sample, who="samples", publish=True)
    return {sample.sample for sample in new if sample.sample}


def full_id(work: Work, written: str) -> str:
    """The id of the story that an organiser means by its first characters. Raises StoryError."""
    found = queries.beginning_with(work.session, written.strip().lower()) if written.strip() else []
    if not found:
        raise StoryError(f"there is no story {written!r}: see `checkin stories list`")
    if len(found) > 1:
        raise StoryError(f"more than one story begins with {written!r}: write more of its id")
    return found[0]


def topics_of(written: Sequence[str]) -> list[str]:
    """The topics as they are kept: small letters, each once."""
    return list(dict.fromkeys(topic.strip().lower() for topic in written if topic.strip()))


def _title(written: str) -> str:
    if not written.strip() or len(written) > 200:
        raise StoryError("the title is empty or longer than 200 letters: give it a short one")
    return written.strip()


def _note(written: str) -> str:
    if len(written) > 400:
        raise StoryError("the content note is longer than 400 letters: it is spoken before the story, keep it short")
    return written.strip()


def _names_a_number(work: Work, story: Story) -> bool:
    """Whether what everybody would read holds a telephone number that is neither the line's own nor a help line's."""
    line = lines.get(work, story.line)
    allowed = [number for number in (line.number, line.crisis_number, line.emergency_number) if number]
    words = work.vault.open(story.words_sealed) if story.words_sealed else ""
    return any(find_numbers(text, allowed) for text in (words, story.title, story.note))


def _get(work: Work, story_id: str) -> Story:
    story = work.session.get(Story, story_id)
    if story is None:
        raise StoryError("there is no such story: see `checkin stories list`")
    return story


def _text_code(work: Work, contact: Contact, conversation: Conversation, language: str, code: str) -> None:
    """In the teller's own hands, if their phone takes texts. A line without words for it sends none."""
    if not contacts.takes_texts(work, contact):
        return
    line = lines.get(work, contact.line)
    names = {**line_names(line, line.name), "code": code}
    try:
        body, _ = sentence(work.library, "story_code", [language, *line.languages], "sms", names)
    except NoSentence:
        return
    messages.send(work, line=contact.line, contact=contact, body=body, kind="notice", conversation_id=conversation.id)


def _audit(work: Work, who: str, what: str, story_id: str, before: str, after: str) -> None:
    work.session.add(
        Audit(id=work.new_id(), who=who, what=what, about=story_id, before=before, after=after, at=work.now)
    )
