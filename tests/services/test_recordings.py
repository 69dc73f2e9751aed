"""Ben records a message; the network is late, tells us twice, or not at all; and Ben may change his mind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.rules.sounds import Sound
from checkin.core.unit_of_work import Work
from checkin.messages.models import Conversation, Recording
from checkin.outbox.models import Outbox
from checkin.outbox.registry import JOBS
from checkin.stories import listening, recordings
from checkin.stories.models import Story
from checkin.stories.tellers import submission, withdrawal
from checkin.telephony.rules.arrivals import RecordingDone
from flows.engine.effects import SaveStory
from tests.cast import BEN
from tests.make import make_work, number, sid
from tests.services.shelf import reviewed


@pytest.fixture
def work(session: Session) -> Work:
    return make_work(session)


@pytest.fixture
def ben(work: Work) -> Contact:
    contact = contacts.new(work, "default", number(BEN))
    work.session.flush()
    return contact


@pytest.fixture
def talk(work: Work, ben: Contact) -> Conversation:
    conversation = Conversation(
        id=work.new_id(), line="default", contact_id=ben.id, channel="voice", call_sid=sid("CA"), flow="leave_message",
        flow_hash="0" * 64, step="tell", position_encrypted=b"", opened_at=work.now, updated_at=work.now,
    )  # fmt: skip
    work.session.add(conversation)
    work.session.flush()
    return conversation


def speaks(work: Work, talk: Conversation, ben: Contact, network_sid: str) -> str:
    return recordings.began(work, talk, ben, talk.call_sid or "", network_sid, 20)


def ready(talk: Conversation, network_sid: str, status: str = "completed") -> RecordingDone:
    return RecordingDone(network_sid, talk.call_sid or "", 21, status)


def to_do(work: Work) -> list[tuple[str, timedelta]]:
    """What is still to be done, and how long from now."""
    rows = work.session.execute(
        select(Outbox.kind, Outbox.run_after).where(Outbox.done_at.is_(None)).order_by(Outbox.run_after, Outbox.kind)
    )
    return [(kind, at - work.now) for kind, at in rows]


def state(work: Work, recording: str) -> str:
    work.session.expire_all()
    return work.session.get_one(Recording, recording).state


NOW, SOON = timedelta(), timedelta(seconds=30)


def test_a_recording_nobody_tells_us_about_is_fetched_all_the_same(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    speaks(work, talk, ben, sid("RE"))
    assert to_do(work) == [("fetch_recording", SOON)]


def test_as_soon_as_the_network_has_it_it_is_fetched_once(work: Work, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    for _ in range(2):
        recordings.finished(work, ready(talk, network_sid))
    assert to_do(work) == [("fetch_recording", NOW)]
    assert recordings.to_fetch(work, recording) == network_sid
    assert speaks(work, talk, ben, network_sid) == recording, "a repeated webhook is the same recording"
    assert to_do(work) == [("fetch_recording", NOW)]


def test_told_before_the_call_goes_on_it_is_the_same_recording(work: Work, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recordings.finished(work, ready(talk, network_sid))
    recording = speaks(work, talk, ben, network_sid)
    assert work.session.scalars(select(Recording.id)).all() == [recording]
    assert to_do(work) == [("fetch_recording", NOW)]


def test_a_recording_of_a_call_that_is_not_ours_changes_nothing(work: Work) -> None:
    recordings.finished(work, RecordingDone(sid("RE"), sid("CA"), 5, "completed"))
    assert work.session.scalars(select(Recording)).all() == []
    assert to_do(work) == []


def test_once_our_copy_is_kept_the_networks_goes(work: Work, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    assert recordings.sound(work, recording) == Sound(network_sid=network_sid)
    assert recordings.fetched(work, recording, "key1", 19)
    assert recordings.sound(work, recording) == Sound(media_key="key1")
    assert recordings.to_fetch(work, recording) is None
    assert recordings.to_delete(work, recording) == network_sid
    recordings.deleted(work, recording)
    assert recordings.to_delete(work, recording) is None


def test_what_comes_late_does_not_undo_what_we_know(work: Work, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    recordings.fetched(work, recording, "key1", 19)
    recordings.finished(work, ready(talk, network_sid))
    recordings.finished(work, ready(talk, network_sid, "absent"))
    recordings.lost(work, recording)
    assert state(work, recording) == "kept"


def test_ben_drops_it_and_it_is_destroyed_here_and_there(work: Work, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    recordings.fetched(work, recording, "key1", 19)
    recordings.forget(work, recording)
    recordings.forget(work, recording)
    assert recordings.sound(work, recording) is None
    left = recordings.to_forget(work, recording)
    assert left == recordings.ToForget("key1", network_sid)
    recordings.forgotten(work, recording)
    assert recordings.to_forget(work, recording) is None


def test_dropped_while_it_is_being_fetched_our_copy_is_destroyed_again(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    recordings.forget(work, recording)
    recordings.forgotten(work, recording)
    assert not recordings.fetched(work, recording, "key1", 19)
    assert ("forget_recording", NOW) in to_do(work)
    left = recordings.to_forget(work, recording)
    assert left is not None
    assert left.media_key == "key1"


def test_dropped_before_the_network_had_written_it_it_is_deleted_there_later(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    recordings.forget(work, recording)
    recordings.forgotten(work, recording)
    recordings.finished(work, ready(talk, network_sid))
    assert recordings.to_delete(work, recording) == network_sid
    assert recordings.to_fetch(work, recording) is None


def test_a_copy_of_a_recording_whose_row_is_gone_is_not_left_behind(work: Work) -> None:
    assert not recordings.fetched(work, work.new_id(), "key1", 3)
    assert to_do(work) == [("destroy_media", NOW)]


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_a_recording_that_never_comes_is_lost_and_not_asked_for(
    work: Work, ben: Contact, talk: Conversation, status: str
) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    recordings.finished(work, ready(talk, network_sid, status))
    assert state(work, recording) == "lost"
    assert recordings.to_fetch(work, recording) is None
    assert "fetch_recording" not in dict(to_do(work))


def hands_in(work: Work, ben: Contact, talk: Conversation, recording: str, state: str = "waiting_review") -> str:
    after = timedelta(days=30) if state == "private" else None
    submission.submit(work, SaveStory(recording, None, "sober", None, state, "en", after), ben, talk)  # type: ignore[arg-type]
    return work.session.scalars(select(Story.id)).one()


def story_of(work: Work, story: str) -> Story:
    work.session.expire_all()
    return work.session.get_one(Story, story)


def test_a_story_handed_in_before_its_audio_came_gets_it_when_it_comes(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    story = hands_in(work, ben, talk, recording)
    recordings.fetched(work, recording, "key1", 19)
    row = story_of(work, story)
    assert (row.media_key, row.seconds) == ("key1", 19)
    reviewed(work, story, title="Mine")
    assert listening.sound(work, story) == Sound(media_key="key1")


def test_a_story_handed_in_after_its_audio_came_has_it(work: Work, ben: Contact, talk: Conversation) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    recordings.fetched(work, recording, "key1", 19)
    assert story_of(work, hands_in(work, ben, talk, recording)).media_key == "key1"


def test_a_story_in_which_nothing_was_said_is_not_put_before_a_reviewer(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    story = hands_in(work, ben, talk, recording)
    recordings.lost(work, recording)
    assert story_of(work, story).state == "declined"


def test_taking_a_told_story_back_destroys_its_recording_everywhere(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    network_sid = sid("RE")
    recording = speaks(work, talk, ben, network_sid)
    story = hands_in(work, ben, talk, recording)
    recordings.fetched(work, recording, "key1", 19)
    reviewed(work, story, title="Mine")
    withdrawal.withdraw(work, story, who="Oda")
    assert recordings.to_forget(work, recording) == recordings.ToForget("key1", network_sid)
    assert listening.sound(work, story) is None


def test_audio_that_comes_after_a_story_was_taken_back_does_not_bring_it_back(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    story = hands_in(work, ben, talk, recording)
    withdrawal.withdraw(work, story, who="Oda")
    assert not recordings.fetched(work, recording, "key1", 19)
    assert story_of(work, story).media_key is None


def test_who_is_forgotten_takes_their_story_along(work: Work, ben: Contact, talk: Conversation) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    story = hands_in(work, ben, talk, recording)
    recordings.fetched(work, recording, "key1", 19)
    reviewed(work, story, title="Mine")
    recordings.forget(work, recording)
    assert story_of(work, story).state == "withdrawn"


def test_a_private_story_is_destroyed_when_its_time_has_come_and_not_before(
    work: Work, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(work, talk, ben, sid("RE"))
    story = hands_in(work, ben, talk, recording, "private")
    recordings.fetched(work, recording, "key1", 19)
    assert ("forget_recording", timedelta(days=30)) in to_do(work)
    assert recordings.to_forget(work, recording) is None
    work.now += timedelta(days=30)
    left = recordings.to_forget(work, recording)
    assert left is not None
    assert left.media_key == "key1"
    assert story_of(work, story).state == "withdrawn"


def test_every_thing_to_do_has_its_queue(work: Work) -> None:
    kinds = {"fetch_recording", "delete_recording", "forget_recording", "destroy_media"}
    assert {JOBS[kind].queue for kind in kinds} == {"upkeep"}
