"""One process of two that press 1 at the same instant."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import event

from checkin.conversations import session as conversations
from checkin.core.database import make_engine, make_sessions
from checkin.core.policies import policy_of_line
from checkin.publishing.live_flows import LiveFlows
from checkin.publishing.step_counts import StepCounts
from checkin.relays import offers
from checkin.runtime import Runtime
from checkin.telephony.media_store import Cipher, LocalStore
from tests import make
from tests.services.phones import room_of

Told = tuple[int, list[str | None]]
"""Which of the two it was, and the rooms that it was let into."""


def runtime_on(url: str, folder: Path) -> Runtime:
    """A process's own runtime on this database."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_waiting_for_the_disk)
    return Runtime(
        settings=make.make_settings(folder),
        sessions=make_sessions(engine),
        readers=make_sessions(engine, readonly=True),
        gateway=make.Network(),
        queue=make.FakeQueue(),
        media=LocalStore(folder / "media", Cipher(make.keys())),
        flows=LiveFlows(make.library()),
        conversations=conversations,
        counts=StepCounts(),
        keys=make.keys(),
        clock=make.Clock(),
        policy_of=cache(lambda line: policy_of_line(make.library().lines[line])),
    )


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    """Who wins is decided by locks; what survives a power cut is tested elsewhere."""
    connection.execute("PRAGMA synchronous = off")


def press_and_tell(url: str, side: int, tokens: Sequence[str], ready: Barrier, heard: SimpleQueue[Told]) -> None:
    """Press 1 on each of these offers, each at the same instant as the other process. Tells the room of each, or None.

    A press that fails breaks the barrier for both, so that neither waits for ever.
    """
    rooms: list[str | None] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            runtime = runtime_on(url, Path(folder))
            for token in tokens:
                ready.wait(30)
                reply = runtime.do(lambda uow, token=token: offers.pressed(uow, token, 0, "1"))
                rooms.append(room_of(reply))
            runtime.close()
    except BaseException:
        ready.abort()
        raise
    finally:
        heard.put((side, rooms))
