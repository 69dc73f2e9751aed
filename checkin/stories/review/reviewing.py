"""Reviewing: a person answers the checklist, and a story is heard, goes back to its teller, or is not shared.

Where the line asks for two, the second yes lets it be heard. Nobody says yes twice, and nobody to their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from checkin.accounts.page_sessions import CurrentUser
from checkin.cases import alarms
from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.stories import recordings, rules
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview, StoryReview
from checkin.stories.review import queue
from checkin.stories.rules import OnYes
from checkin.stories.service import Review
from checkin.stories.tellers import news
from checkin.volunteers import queries as team
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from flows.model.review import Checklist, told

KEPT_AFTER = timedelta(days=30)
"""What went back to its teller, or is not shared, can be taken up again for so long; then it is erased."""

CARE = "story_care"
"""The kind of alert that somebody is to look in on a teller."""

By = str | CurrentUser
"""A name, as it is typed at the terminal, or whoever is signed in."""

NAMELESS = "an organizer"
"""Whoever is signed in and has given no name."""


@dataclass(frozen=True)
class ReviewVerdict:
    """What came of a review. heard: it can be heard now. one_more: another reviewer is still to say yes. held: these
    questions of the checklist keep it from being heard."""

    outcome: Literal["heard", "one_more", "held", "returned", "declined"]
    held_by: tuple[str, ...] = ()


class ChangedMeanwhile(UserError):
    """What somebody decides about is not what they have read and heard."""


def checklist(uow: UnitOfWork) -> Checklist:
    """The questions that reviewers answer. Raises UserError when there are none."""
    if uow.library.review is None:
        raise UserError("there's no checklist to review by: put review/checklist.yaml in the flows folder")
    return uow.library.review


def say_yes(uow: UnitOfWork, story_id: str, by: By, answers: Mapping[str, str], review: Review) -> ReviewVerdict:
    """Somebody has heard and read it and finds that it may be heard, with these answers to the checklist.

    An answer that stands in the way holds it back instead, is kept, and alerts the leads where a teller may need
    somebody. Raises UserError: it does not wait for review, lacks an answer or a title, or is not theirs to review.
    """
    story, desk = _waiting(uow, story_id)
    who = reviewer(uow, story, by)
    questions = checklist(uow).questions
    on_yes: dict[str, OnYes] = {name: question.on_yes for name, question in questions.items()}
    checked = rules.check_answers(list(questions), answers)
    note = story.note if review.note is None else review.note
    if held := rules.in_the_way(on_yes, checked, note):
        queue.write_down(uow, desk, who.name, who.key, "held", dict(checked))
        if rules.needs_care(on_yes, checked):
            _look_in(uow, story)
        return ReviewVerdict("held", tuple(held))
    stories.ready(uow, story, review)
    others = queue.yeses(uow, desk)
    if any(who.said(row) for row in others):
        raise UserError("%(name)s has already approved it: someone else has to review it too", name=who.name)
    queue.write_down(uow, desk, who.name, who.key, "yes", dict(checked))
    if len(others) + 1 < lines.get(uow, story.line).stories.reviewers:
        _audit(uow, who, AuditAction.REVIEW_STORY, story, story.state)
        return ReviewVerdict("one_more")
    _publish(uow, story, desk, who)
    return ReviewVerdict("heard")


def give_back(
    uow: UnitOfWork, story_id: str, by: By, words: str, answers: Mapping[str, str] | None = None
) -> ReviewVerdict:
    """Back to its teller with a kind text (its words, or the name of a ready one). Raises UserError."""
    story, desk = _waiting(uow, story_id)
    text = _kind_words(uow, story, words)
    if not text:
        raise UserError("a story is returned with a kind text: write one, or choose a ready one")
    return _end(uow, story, desk, reviewer(uow, story, by), "returned", text, answers)


def decline(
    uow: UnitOfWork, story_id: str, by: By, words: str = "", answers: Mapping[str, str] | None = None
) -> ReviewVerdict:
    """It is not shared; its teller is told in kind words, or nothing. Raises UserError."""
    story, desk = _waiting(uow, story_id)
    text = _kind_words(uow, story, words)
    return _end(uow, story, desk, reviewer(uow, story, by), "declined", text, answers)


def as_it_is(desk: StoryInReview) -> str:
    """What tells two readings of its words and sound apart; it is handed back with a yes by who had it before them."""
    return f"{desk.round} {desk.edited_at.isoformat() if desk.edited_at else ''}".strip()


def still_as_read(uow: UnitOfWork, story_id: str, seen: str) -> None:
    """See that it waits, and that nobody changed its words or sound since somebody read it (`as_it_is`).

    Raises UserError, and ChangedMeanwhile.
    """
    _, desk = _waiting(uow, story_id)
    if as_it_is(desk) != seen:
        raise ChangedMeanwhile("someone has changed its words or audio in the meantime: look at it again")


def change(
    uow: UnitOfWork,
    story_id: str,
    by: By,
    *,
    words: str | None = None,
    language: str | None = None,
    about: Review | None = None,
) -> None:
    """Correct its words, or the language that it is told in. New words ask for a new yes of everyone.

    about: also its title, topics and note, as far as they are known by now. Raises UserError.
    """
    story, desk = _waiting(uow, story_id)
    who = reviewer(uow, story, by)
    if language is not None and language not in lines.get(uow, story.line).languages:
        known = ", ".join(lines.get(uow, story.line).languages)
        raise UserError(
            "the line doesn't have the language %(language)s: choose one of %(known)s",
            language=repr(language),
            known=known,
        )
    if words is not None and words.strip() != stories.words_of(uow, story):
        if not words.strip() and story.media_key is None:
            raise UserError("a story without audio needs words: return it or decline it instead")
        stories.keep_words(uow, story, words)
        desk.edited_at = uow.now
        _audit(uow, who, AuditAction.CHANGE_WORDS_STORY, story, story.state)
    desk.by_machine = desk.by_machine and words is None
    story.language = language or story.language
    if about is not None:
        stories.describe(story, about)


def take_up_again(uow: UnitOfWork, story_id: str, by: By) -> None:
    """A story that went back or was declined waits for review once more. Raises UserError."""
    story = _story(uow, story_id)
    if story.state not in ("returned", "declined") or (story.media_key is None and story.words_encrypted is None):
        raise UserError("only a returned or declined story can be reopened")
    _audit(uow, reviewer(uow, story, by), AuditAction.TAKE_UP_STORY, story, "waiting_review")
    outbox.drop(uow, story.id, "forget_story")
    story.forget_at = None
    queue.again(uow, story, "new")


def ready_texts(uow: UnitOfWork, line: str, language: str) -> dict[str, str]:
    """The ready texts to tellers, by name, in the language of the story."""
    name = lines.get(uow, line).name
    return {key: told(words, [language]).replace("{line}", name) for key, words in checklist(uow).texts.items()}


def _publish(uow: UnitOfWork, story: Story, desk: StoryInReview, who: Reviewer) -> None:
    again = desk.because == "reported"
    if desk.original_key is not None:
        outbox.later(uow, "destroy_media", desk.original_key, uow.now)
        recordings.trimmed(uow, story.recording_id, story.media_key)
        desk.original_key = None
    desk.reports_seen = story.reports
    stories.let_be_heard(uow, story, who.audited)
    if not again:
        news.tell(uow, story, "story_published")


def _end(
    uow: UnitOfWork,
    story: Story,
    desk: StoryInReview,
    who: Reviewer,
    outcome: Literal["returned", "declined"],
    text: str,
    answers: Mapping[str, str] | None,
) -> ReviewVerdict:
    queue.write_down(uow, desk, who.name, who.key, outcome, dict(answers or {}))
    _audit(uow, who, AuditAction[f"{outcome.upper()}_STORY"], story, outcome)
    story.state, story.forget_at = outcome, uow.now + KEPT_AFTER
    queue.left(uow, story)
    outbox.later(uow, "forget_story", story.id, story.forget_at)
    news.tell_words(uow, story, text)
    return ReviewVerdict(outcome)


def _waiting(uow: UnitOfWork, story_id: str) -> tuple[Story, StoryInReview]:
    """The story, locked where the database can: of two reviewers at once the second sees what the first did."""
    story = _story(uow, story_id)
    if story.state != "waiting_review":
        raise UserError("it's no longer waiting for review")
    return story, queue.of(uow, story)


def _story(uow: UnitOfWork, story_id: str) -> Story:
    story = uow.session.get(Story, story_id, with_for_update=True, populate_existing=True)
    if story is None:
        raise UserError("there's no such story", code="no_story")
    return story


def _kind_words(uow: UnitOfWork, story: Story, words: str) -> str:
    """A ready text by its name, or the words themselves. Raises UserError: too long, or with somebody's number."""
    text = ready_texts(uow, story.line, story.language).get(words.strip(), words.strip())
    if len(text) > 600:
        raise UserError("the text to the storyteller is longer than 600 characters: a few kind sentences are enough")
    if lines.strange_numbers(uow, story.line, text):
        raise UserError(
            "there's a phone number in the text to the storyteller: take it out, because numbers are never passed on"
        )
    return text


def _look_in(uow: UnitOfWork, story: Story) -> None:
    teller = uow.session.get(Contact, story.teller_id) if story.teller_id else None
    if teller is not None:
        alarms.raise_alert(uow, teller, CARE, "what a story says of its teller")


def _audit(uow: UnitOfWork, who: Reviewer, what: AuditAction, story: Story, after: str) -> None:
    audit.write(uow, who.audited, what, story.id, story.state, after)


@dataclass(frozen=True)
class Reviewer:
    """name: as others see it. key: by which two reviews of one person are known as such. audited: as the audit has
    them."""

    name: str
    key: str
    audited: str

    def said(self, row: StoryReview) -> bool:
        """Whether this review is theirs. A name typed at the terminal is that of whoever has it on the pages."""
        if row.by_key == self.key:
            return True
        both_signed_in = all(key.startswith("organizer:") for key in (row.by_key, self.key))
        return not both_signed_in and row.by.casefold() == self.name.casefold()


def reviewer(uow: UnitOfWork, story: Story, by: By) -> Reviewer:
    """Who this is. Raises UserError: nobody's name, or they told the story themselves."""
    if isinstance(by, CurrentUser):
        return Reviewer(by.name[:60] or NAMELESS, f"organizer:{by.id}", by.by)
    name = " ".join(by.split())
    if not name or len(name) > 60 or not name.isprintable():
        raise UserError("say who's reviewing it, in at most 60 characters", code="which_reviewer")
    found = _volunteer(uow, story.line, name)
    if found is None:
        return Reviewer(name, f"name:{name.casefold()}", name)
    teller = uow.session.get(Contact, story.teller_id) if story.teller_id else None
    if teller is not None and found.number_key in (teller.number_key, teller.shown_key):
        raise UserError("the storyteller can't review it: ask someone else on the team")
    called = volunteers.name_of(uow, found)
    return Reviewer(called, f"volunteer:{found.id}", called)


def _volunteer(uow: UnitOfWork, line: str, name: str) -> Volunteer | None:
    found = [member for member in team.team(uow.session, line) if _called(uow, member, name)]
    return found[0] if len(found) == 1 else None


def _called(uow: UnitOfWork, volunteer: Volunteer, name: str) -> bool:
    return volunteers.name_of(uow, volunteer).casefold().startswith(name.casefold())
