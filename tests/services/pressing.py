"""One process of two that press 1 at the same instant."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path

from checkin.database import make_engine, make_sessions
from checkin.gateway.media import LocalStore
from checkin.policies import policy_of_line
from checkin.runtime import Runtime
from checkin.services.relaying import offers
from tests import make
from tests.services.phones import room_of

Answer = tuple[str, str | None]


def runtime_on(url: str, folder: Path) -> Runtime:
    """A process's own runtime on this database."""
    engine = make_engine(url)
    return Runtime(
        settings=make.make_settings(folder),
        sessions=make_sessions(engine),
        readers=make_sessions(engine, readonly=True),
        gateway=make.Network(),
        queue=make.Doorbell(),
        media=LocalStore(folder / "media", make.vault()),
        library=make.library(),
        vault=make.vault(),
        clock=make.Clock(),
        policy_of=lambda line: policy_of_line(make.library().lines[line]),
    )


def press(url: str, tokens: Sequence[str], ready: Barrier) -> list[Answer]:
    """Press 1 on each of these offers, each at the same instant as the other process. The room of each, or None."""
    answers: list[Answer] = []
    with tempfile.TemporaryDirectory() as folder:
        runtime = runtime_on(url, Path(folder))
        for token in tokens:
            ready.wait(60)
            reply = runtime.do(lambda work, token=token: offers.pressed(work, token, 0, "1"))
            answers.append((token, room_of(reply)))
        runtime.close()
    return answers
