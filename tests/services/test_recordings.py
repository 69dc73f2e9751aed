"""Ben records a message; the network is late, tells us twice, or not at all; and Ben may change his mind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.rules.sounds import SoundSource
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation, Recording
from checkin.outbox.models import Outbox
from checkin.outbox.registry import JOBS
from checkin.stories import listening, recordings
from checkin.stories.models import Story
from checkin.stories.tellers import submission, withdrawal
from checkin.telephony.rules.arrivals import RecordingDone
from flows.engine.effects import SaveStory
from tests.cast import BEN
from tests.make import make_uow, number, sid
from tests.services.story_rotation import reviewed


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


@pytest.fixture
def ben(uow: UnitOfWork) -> Contact:
    contact = contacts.new(uow, "default", number(BEN))
    uow.session.flush()
    return contact


@pytest.fixture
def talk(uow: UnitOfWork, ben: Contact) -> Conversation:
    conversation = Conversation(
        id=uow.new_id(), line="default", contact_id=ben.id, channel="voice", call_sid=sid("CA"), flow="leave_message",
        flow_hash="0" * 64, step="tell", position_encrypted=b"", opened_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    uow.session.add(conversation)
    uow.session.flush()
    return conversation


def speaks(uow: UnitOfWork, talk: Conversation, ben: Contact, network_sid: str) -> str:
    return recordings.began(uow, talk, ben, talk.call_sid or "", network_sid, 20)


def ready(talk: Conversation, network_sid: str, status: str = "completed") -> RecordingDone:
    return RecordingDone(network_sid, talk.call_sid or "", 21, status)


def to_do(uow: UnitOfWork) -> list[tuple[str, timedelta]]:
    """What is still to be done, and how long from now."""
    rows = uow.session.execute(
        select(Outbox.kind, Outbox.run_after).where(Outbox.done_at.is_(None)).order_by(Outbox.run_after, Outbox.kind)
    )
    return [(kind, at - uow.now) for kind, at in rows]


def state(uow: UnitOfWork, recording: str) -> str:
    uow.session.expire_all()
    return uow.session.get_one(Recording, recording).state


NOW, SOON = timedelta(), timedelta(seconds=30)


def test_a_recording_nobody_tells_us_about_is_fetched_all_the_same(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    speaks(uow, talk, ben, sid("RE"))
    assert to_do(uow) == [("fetch_recording", SOON)]


def test_as_soon_as_the_network_has_it_it_is_fetched_once(uow: UnitOfWork, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    for _ in range(2):
        recordings.finished(uow, ready(talk, network_sid))
    assert to_do(uow) == [("fetch_recording", NOW)]
    assert recordings.to_fetch(uow, recording) == network_sid
    assert speaks(uow, talk, ben, network_sid) == recording, "a repeated webhook is the same recording"
    assert to_do(uow) == [("fetch_recording", NOW)]


def test_told_before_the_call_goes_on_it_is_the_same_recording(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    network_sid = sid("RE")
    recordings.finished(uow, ready(talk, network_sid))
    recording = speaks(uow, talk, ben, network_sid)
    assert uow.session.scalars(select(Recording.id)).all() == [recording]
    assert to_do(uow) == [("fetch_recording", NOW)]


def test_a_recording_of_a_call_that_is_not_ours_changes_nothing(uow: UnitOfWork) -> None:
    recordings.finished(uow, RecordingDone(sid("RE"), sid("CA"), 5, "completed"))
    assert uow.session.scalars(select(Recording)).all() == []
    assert to_do(uow) == []


def test_once_our_copy_is_kept_the_networks_goes(uow: UnitOfWork, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    assert recordings.sound(uow, recording) == SoundSource(network_sid=network_sid)
    assert recordings.fetched(uow, recording, "key1", 19)
    assert recordings.sound(uow, recording) == SoundSource(media_key="key1")
    assert recordings.to_fetch(uow, recording) is None
    assert recordings.to_delete(uow, recording) == network_sid
    recordings.deleted(uow, recording)
    assert recordings.to_delete(uow, recording) is None


def test_what_comes_late_does_not_undo_what_we_know(uow: UnitOfWork, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    recordings.fetched(uow, recording, "key1", 19)
    recordings.finished(uow, ready(talk, network_sid))
    recordings.finished(uow, ready(talk, network_sid, "absent"))
    recordings.lost(uow, recording)
    assert state(uow, recording) == "kept"


def test_ben_drops_it_and_it_is_destroyed_here_and_there(uow: UnitOfWork, ben: Contact, talk: Conversation) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    recordings.fetched(uow, recording, "key1", 19)
    recordings.forget(uow, recording)
    recordings.forget(uow, recording)
    assert recordings.sound(uow, recording) is None
    left = recordings.to_forget(uow, recording)
    assert left == recordings.ToForget("key1", network_sid)
    recordings.forgotten(uow, recording)
    assert recordings.to_forget(uow, recording) is None


def test_dropped_while_it_is_being_fetched_our_copy_is_destroyed_again(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    recordings.forget(uow, recording)
    recordings.forgotten(uow, recording)
    assert not recordings.fetched(uow, recording, "key1", 19)
    assert ("forget_recording", NOW) in to_do(uow)
    left = recordings.to_forget(uow, recording)
    assert left is not None
    assert left.media_key == "key1"


def test_dropped_before_the_network_had_written_it_it_is_deleted_there_later(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    recordings.forget(uow, recording)
    recordings.forgotten(uow, recording)
    recordings.finished(uow, ready(talk, network_sid))
    assert recordings.to_delete(uow, recording) == network_sid
    assert recordings.to_fetch(uow, recording) is None


def test_a_copy_of_a_recording_whose_row_is_gone_is_not_left_behind(uow: UnitOfWork) -> None:
    assert not recordings.fetched(uow, uow.new_id(), "key1", 3)
    assert to_do(uow) == [("destroy_media", NOW)]


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_a_recording_that_never_comes_is_lost_and_not_asked_for(
    uow: UnitOfWork, ben: Contact, talk: Conversation, status: str
) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    recordings.finished(uow, ready(talk, network_sid, status))
    assert state(uow, recording) == "lost"
    assert recordings.to_fetch(uow, recording) is None
    assert "fetch_recording" not in dict(to_do(uow))


def hands_in(uow: UnitOfWork, ben: Contact, talk: Conversation, recording: str, state: str = "waiting_review") -> str:
    after = timedelta(days=30) if state == "private" else None
    submission.submit(uow, SaveStory(recording, None, "sober", None, state, "en", after), ben, talk)  # type: ignore[arg-type]
    return uow.session.scalars(select(Story.id)).one()


def story_of(uow: UnitOfWork, story: str) -> Story:
    uow.session.expire_all()
    return uow.session.get_one(Story, story)


def test_a_story_handed_in_before_its_audio_came_gets_it_when_it_comes(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    story = hands_in(uow, ben, talk, recording)
    recordings.fetched(uow, recording, "key1", 19)
    row = story_of(uow, story)
    assert (row.media_key, row.seconds) == ("key1", 19)
    reviewed(uow, story, title="Mine")
    assert listening.sound(uow, story) == SoundSource(media_key="key1")


def test_a_story_handed_in_after_its_audio_came_has_it(uow: UnitOfWork, ben: Contact, talk: Conversation) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    recordings.fetched(uow, recording, "key1", 19)
    assert story_of(uow, hands_in(uow, ben, talk, recording)).media_key == "key1"


def test_a_story_in_which_nothing_was_said_is_not_put_before_a_reviewer(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    story = hands_in(uow, ben, talk, recording)
    recordings.lost(uow, recording)
    assert story_of(uow, story).state == "declined"


def test_taking_a_told_story_back_destroys_its_recording_everywhere(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    network_sid = sid("RE")
    recording = speaks(uow, talk, ben, network_sid)
    story = hands_in(uow, ben, talk, recording)
    recordings.fetched(uow, recording, "key1", 19)
    reviewed(uow, story, title="Mine")
    withdrawal.withdraw(uow, story, who="Oda")
    assert recordings.to_forget(uow, recording) == recordings.ToForget("key1", network_sid)
    assert listening.sound(uow, story) is None


def test_audio_that_comes_after_a_story_was_taken_back_does_not_bring_it_back(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    story = hands_in(uow, ben, talk, recording)
    withdrawal.withdraw(uow, story, who="Oda")
    assert not recordings.fetched(uow, recording, "key1", 19)
    assert story_of(uow, story).media_key is None


def test_who_is_forgotten_takes_their_story_along(uow: UnitOfWork, ben: Contact, talk: Conversation) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    story = hands_in(uow, ben, talk, recording)
    recordings.fetched(uow, recording, "key1", 19)
    reviewed(uow, story, title="Mine")
    recordings.forget(uow, recording)
    assert story_of(uow, story).state == "withdrawn"


def test_a_private_story_is_destroyed_when_its_time_has_come_and_not_before(
    uow: UnitOfWork, ben: Contact, talk: Conversation
) -> None:
    recording = speaks(uow, talk, ben, sid("RE"))
    story = hands_in(uow, ben, talk, recording, "private")
    recordings.fetched(uow, recording, "key1", 19)
    assert ("forget_recording", timedelta(days=30)) in to_do(uow)
    assert recordings.to_forget(uow, recording) is None
    uow.now += timedelta(days=30)
    left = recordings.to_forget(uow, recording)
    assert left is not None
    assert left.media_key == "key1"
    assert story_of(uow, story).state == "withdrawn"


def test_every_thing_to_do_has_its_queue(uow: UnitOfWork) -> None:
    kinds = {"fetch_recording", "delete_recording", "forget_recording", "destroy_media"}
    assert {JOBS[kind].queue for kind in kinds} == {"upkeep"}
