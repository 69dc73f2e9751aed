"""The server is dead for an hour; twenty people text and five call meanwhile, and the carrier keeps it all."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.lab import Lab, until
from tests.faults.running import on

pytestmark = pytest.mark.processes

TEXTERS = [f"+1415200{n:04d}" for n in range(20)]
CALLERS = [f"+1415300{n:04d}" for n in range(5)]


@pytest.fixture(params=["sqlite", "postgresql"])
def line(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The whole line; its network stays up whatever else goes down."""
    folder = Path(tempfile.mkdtemp(prefix="away-"))
    with on(request.param, folder) as lab:
        lab.start()
        yield lab
    shutil.rmtree(folder, ignore_errors=True)


def heard(lab: Lab) -> Counter[str]:
    """How many texts each of them has got."""
    with lab.carrier.exchange.lock:
        texts = [text for text in lab.carrier.exchange.texts.values() if text.direction != "inbound"]
    counted = Counter(text.to for text in texts)
    return Counter({number: counted[number] for number in (*TEXTERS, *CALLERS)})


def test_all_twenty_five_hear_from_us_once(line: Lab) -> None:
    phones = {number: line.network.phone(number, number) for number in (*TEXTERS, *CALLERS)}
    line.kill("web", "worker", "clock")
    for number in TEXTERS:
        phones[number].texts("hi")
    for number in CALLERS:
        phones[number].calls()
    line.network.quiet()
    line.network.forward(hours=1)
    assert not heard(line).total(), "nobody is there"

    line.start()
    until(lambda: all(heard(line).values()), 45, "everyone to be answered")
    for _ in range(3):  # and a few more looks at the log change nothing
        line.network.forward(minutes=6)
        line.network.quiet(for_=0.7)
    assert heard(line) == dict.fromkeys((*TEXTERS, *CALLERS), 1)
    assert phones[TEXTERS[0]].reads("Sorry, we were away")
    assert phones[CALLERS[0]].reads("we couldn't answer")
