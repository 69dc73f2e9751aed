"""Turning any picture into a plain one: without the place, time, phone and names that cameras write into files.

It is never opened here: a small file may unfold into more memory than a machine has. A process of its own does it,
which is bounded, and whose end harms nobody.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FORM = "image/jpeg"

PATIENCE_SECONDS = 20.0
"""For the process to be started, on a machine that is busy, and to do its work."""

_ROOT = Path(__file__).parents[2]


class PictureError(Exception):
    """It cannot be read as a picture. The text never holds anything of it."""


def to_plain(content: bytes) -> bytes:
    """The picture as JPEG, the right way up, as large as a phone shows, and nothing else of the file. For workers: it
    takes a process, and seconds. Raises PictureError."""
    command = [sys.executable, "-m", "checkin.telephony.picture_process"]
    try:
        done = subprocess.run(
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE_SECONDS,
            check=False, cwd=_ROOT, env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PictureError("a picture took too long to read") from error
    if done.returncode != 0 or not done.stdout:
        raise PictureError("a picture can't be read as one")
    return done.stdout
