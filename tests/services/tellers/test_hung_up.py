"""Ben tells by call, and the call, the callbacks or the worker break off at any point: kept private, then forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.conversations import abandoned_call
from checkin.dispatch import dispatcher
from checkin.messages.models import Recording
from checkin.outbox import dead_letters, outbox
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import DeadLetter, Failed, Retry
from checkin.stories.models import Story
from checkin.stories.tellers import submission
from checkin.telephony.rules.arrivals import RecordingDone
from flows.engine.effects import SaveStory
from flows.engine.inputs import Recorded
from tests.cast import ANA, BEN
from tests.make import sid
from tests.media.sounds import wav
from tests.services.story_rotation import somebody, talking
from tests.the_line import ACall, TheLine


def rings(line: TheLine) -> ACall:
    """Ben is asked to speak."""
    call = line.rings(BEN)
    for key in ("5", "1", "1"):
        call.presses(key)
    assert "after the tone" in call.says
    return call


def story(line: TheLine) -> Story:
    return line.runtime.read(lambda session: session.scalars(select(Story)).one())


def recording(line: TheLine) -> Recording:
    return line.runtime.read(lambda session: session.scalars(select(Recording)).one())


def kept(line: TheLine) -> int:
    folder = line.runtime.settings.media
    return len(list(folder.iterdir())) if folder.exists() else 0


def there(line: TheLine) -> None:
    """The network has it, and the worker comes."""
    line.network.recordings[recording(line).sid or ""] = wav(20)
    line.clock.forward(minutes=1)
    line.carries_out()


def test_who_hangs_up_while_speaking_keeps_it_private(line: TheLine) -> None:
    call = rings(line)
    call.does(Recorded(sid("RE"), 20, hung_up=True))
    call.hangs_up()
    assert story(line).state == "private"
    there(line)
    assert kept(line) == 1
    line.clock.forward(days=30)
    line.carries_out()
    assert (story(line).state, kept(line)) == ("withdrawn", 0)
    assert line.sent_to(BEN) == [], "he was told nothing: whoever hangs up wants no words"


def test_the_end_of_the_call_may_be_told_before_what_was_said(line: TheLine) -> None:
    call = rings(line)
    call.hangs_up()
    call.does(Recorded(sid("RE"), 20, hung_up=True))
    there(line)
    assert (story(line).state, kept(line)) == ("private", 1)
    line.clock.forward(days=30)
    line.carries_out()
    assert kept(line) == 0


def test_only_the_callback_comes_and_what_belongs_to_nobody_does_not_stay(line: TheLine) -> None:
    """The call was lost while he spoke: no request of it ever said what was recorded."""
    call = rings(line)
    call.hangs_up()
    done = RecordingDone(sid=sid("RE"), call_sid=call.sid, status="completed", seconds=20)
    line.runtime.do(lambda uow: abandoned_call.recording_done(uow, done))
    there(line)
    assert (story(line).state, kept(line)) == ("private", 1)
    line.runtime.do(lambda uow: abandoned_call.recording_done(uow, done))
    assert story(line).recording_id == recording(line).id, "told twice, kept once"
    line.clock.forward(days=31)
    line.carries_out()
    assert (kept(line), recording(line).state) == (0, "destroyed")


def test_the_callback_may_come_even_before_the_end_of_the_call(line: TheLine) -> None:
    call = rings(line)
    done = RecordingDone(sid=sid("RE"), call_sid=call.sid, status="completed", seconds=20)
    line.runtime.do(lambda uow: abandoned_call.recording_done(uow, done))
    call.hangs_up()
    assert story(line).state == "private"


def test_what_he_started_over_is_not_taken_for_the_new_one(line: TheLine) -> None:
    call = rings(line)
    call.records(20)
    call.presses("3")
    assert "after the tone" in call.says
    call.hangs_up()
    with line.runtime.readers() as session:
        assert session.scalars(select(Story)).all() == []


def test_a_text_without_the_second_yes_is_forgotten_too(line: TheLine) -> None:
    for said in ("share", "yes", "2", "My own words.", "done", "1", "1", "no"):
        line.answers(ANA, said)
    assert story(line).words_encrypted is not None
    line.clock.forward(days=29)
    line.carries_out()
    assert story(line).state == "private"
    line.clock.forward(days=1, minutes=1)
    line.carries_out()
    assert (story(line).state, story(line).words_encrypted) == ("withdrawn", None)


def test_the_callback_is_lost_and_it_is_fetched_all_the_same(line: TheLine) -> None:
    call = rings(line)
    call.records(20)
    for key in ("1", "1", "1"):
        call.presses(key)
    assert story(line).state == "waiting_review"
    there(line)
    assert (story(line).media_key, recording(line).state) == (recording(line).id, "kept")
    assert line.network.deleted == [recording(line).sid]


KINDS = ("fetch_recording", "delete_recording", "forget_recording", "draw_story", "forget_story", "destroy_media")


@pytest.mark.parametrize("kind", KINDS)
def test_every_step_may_be_run_again_after_its_worker_died(line: TheLine, kind: str) -> None:
    """It died after doing it and before saying so: the row is given back, and carried out once more."""
    call = rings(line)
    call.records(20)
    for key in ("1", "1", "1"):
        call.presses(key)
    there(line)
    told = story(line)

    def once_more(about: str) -> str:
        def write(uow: object) -> str:
            return outbox.later(uow, kind, about, uow.now).id  # type: ignore[arg-type,attr-defined]

        return line.runtime.do(write)

    about = told.id if kind.endswith("_story") else recording(line).id
    rows = [once_more(about) for _ in range(2)] if kind != "destroy_media" else [once_more("f" * 32)]
    results = [dispatcher.dispatch(line.runtime, row) for row in rows]
    assert not [result for result in results if isinstance(result, Failed | Retry | DeadLetter)], results
    assert (story(line).state, story(line).media_key, kept(line)) == ("waiting_review", told.media_key, 1)


def test_a_worker_that_dies_with_the_sound_in_hand_is_followed_by_another(line: TheLine) -> None:
    call = rings(line)
    call.records(20)
    for key in ("1", "1", "1"):
        call.presses(key)
    line.network.recordings[recording(line).sid or ""] = wav(20)
    line.clock.forward(minutes=1)
    with line.runtime.readers() as session:
        row = session.scalars(select(Outbox.id).where(Outbox.kind == "fetch_recording")).one()
    assert line.runtime.do(lambda uow: outbox.claim(uow, row)) is not None  # and here it dies
    line.carries_out()
    assert recording(line).state == "expected"
    line.clock.forward(minutes=3)
    line.runtime.do(lambda uow: dead_letters.release(uow, timedelta(minutes=2)))
    line.carries_out()
    assert (recording(line).state, kept(line)) == ("kept", 1)


def test_a_private_story_is_nobodys_to_review(line: TheLine) -> None:
    def keep(uow: object) -> str:
        ana = somebody(uow)  # type: ignore[arg-type]
        action = SaveStory(None, "Mine.", "alone", None, "private", "en", timedelta(days=30))
        return submission.submit(uow, action, ana, talking(uow, ana))  # type: ignore[arg-type]

    line.runtime.do(keep)
    line.carries_out()
    with line.runtime.readers() as session:
        kinds = set(session.scalars(select(Outbox.kind)))
    assert kinds == {"forget_story"}
