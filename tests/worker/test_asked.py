"""Two signals at once, as when a terminal's Ctrl-C is also passed on by whoever started us: the loop ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from checkin.core.asked import Asked

LOOP = """
import signal
from checkin.core.asked import Asked
asked = Asked()
for sign in (signal.SIGINT, signal.SIGTERM):
    signal.signal(sign, asked.set)
print("ready", flush=True)
while not asked.wait(0.0005):
    pass
"""


def test_it_is_told_and_waited_for() -> None:
    asked = Asked()
    assert not asked.wait(0.01)
    asked.set()
    assert asked.wait(60)
    asked.clear()
    assert not asked.is_set()
    assert not asked.wait(0.01)


def test_a_flood_of_them_is_one() -> None:
    asked = Asked()
    for _ in range(70_000):  # more than a pipe holds
        asked.set()
    assert asked.wait(60)


@pytest.mark.processes
def test_signals_in_the_middle_of_each_other_end_the_loop() -> None:
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        end = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < end:
            os.kill(process.pid, signal.SIGTERM)
            os.kill(process.pid, signal.SIGINT)
        code = process.poll()
        process.kill()
        process.stdout.close()
        assert code is not None, "it ends"
