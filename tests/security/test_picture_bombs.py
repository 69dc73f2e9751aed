"""A small file that unfolds into gigabytes costs a process of its own some of its memory, and the line nothing."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from checkin.telephony import picture_process
from checkin.telephony.picture_process import LARGEST
from checkin.telephony.pictures import PictureError, to_plain

pytestmark = pytest.mark.processes

PEAK = 350 * 1024 * 1024
"""Bytes. In the web and the workers themselves it was 618 and 796 MB."""

ROOT = Path(__file__).parents[2]


def drawn(mode: str, size: tuple[int, int], form: str, **how: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, form, **how)
    return file.getvalue()


def progressive() -> bytes:
    return drawn("RGB", (9000, 9000), "JPEG", progressive=True)


BOMBS: dict[str, Callable[[], bytes]] = {
    "grey, of the attack": lambda: drawn("L", (7700, 7700), "PNG"),
    "with transparency, of the attack": lambda: drawn("RGBA", (7740, 7740), "PNG"),
    "one bit": lambda: drawn("1", (20_000, 20_000), "PNG"),
    "the largest of a palette": lambda: drawn("P", (4472, 4472), "PNG"),
    "the largest with transparency": lambda: drawn("RGBA", (4472, 4472), "PNG"),
    "the largest of grey with transparency": lambda: drawn("LA", (4472, 4472), "PNG"),
    "the largest of sixteen bits": lambda: drawn("I;16", (4472, 4472), "PNG"),
    "a progressive photo": progressive,
    "a progressive photo of the largest camera": lambda: drawn("RGB", (16_320, 12_240), "JPEG", progressive=True),
    "a moving one": lambda: drawn("P", (4400, 4400), "GIF"),
}


MEASURED = """
import pathlib, sys
from checkin.telephony import picture_process
try:
    picture_process.main()
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    print("PEAK", status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""
"""The process, telling at its end how much memory it had at most."""


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_picture_takes_more_than_its_process_may(bomb: str) -> None:
    content, began = BOMBS[bomb](), time.monotonic()
    assert len(content) < 5_000_000
    ran = subprocess.run([sys.executable, "-c", MEASURED], cwd=ROOT, input=content, capture_output=True, check=False)
    peak = int(ran.stderr.partition(b"PEAK ")[2].split()[0]) * 1024
    print(f"{bomb}: {len(content):,} bytes, {peak / 2**20:.0f} MB, {time.monotonic() - began:.1f} s, {ran.returncode}")
    assert peak < PEAK
    assert time.monotonic() - began < picture_process.SECONDS


@pytest.mark.parametrize("size", [(8000, 6000), (12_000, 9000)])
def test_the_photo_of_any_camera_is_shown_small(size: tuple[int, int]) -> None:
    shown = Image.open(io.BytesIO(to_plain(drawn("L", size, "JPEG"))))
    assert max(shown.size) == max(LARGEST)


@pytest.mark.parametrize("bomb", ["grey, of the attack", "with transparency, of the attack", "one bit"])
def test_what_claims_more_than_a_picture_has_is_refused(bomb: str) -> None:
    with pytest.raises(PictureError):
        to_plain(BOMBS[bomb]())


def test_a_picture_is_opened_in_that_process_alone() -> None:
    """Neither the web nor a worker loads what opens pictures."""
    modules = "sys, checkin.app, worker.ready, worker.tasks, checkin.dispatch.dispatcher as dispatcher"
    loaded = f"import {modules}; dispatcher.load_all(); sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=False).returncode == 0
    users = [file for file in ROOT.glob("[cfw]*/**/*.py") if "PIL" in file.read_text()]
    assert [file.name for file in users] == ["picture_process.py"]
