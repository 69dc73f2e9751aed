"""Running ffmpeg on files that strangers made: found once, fenced in, and never for long."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path

TIME_CAP = timedelta(seconds=60)
"""Longest that one run may take. Ten minutes of audio take about two seconds on a small machine."""

CONTAINERS = (
    "wav,w64,mp3,aac,ac3,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,amr,amrnb,aiff,au,asf,caf,avi,mpegts,mpeg"
)
"""What is opened. Playlists and lists of files (hls, concat, sdp, svg) are left out: they name other files."""

_FENCE = [
    "-hide_banner", "-nostdin", "-nostats", "-y", "-threads", "1",
    "-max_alloc", "134217728",
    "-protocol_whitelist", "file,pipe",
]  # fmt: skip


class FfmpegFailed(Exception):
    """ffmpeg ended with an error. The text is its own last line."""


class TookTooLong(FfmpegFailed):
    """ffmpeg was stopped after TIME_CAP."""


@cache
def executable() -> str:
    """The ffmpeg on PATH, else the one that comes with imageio-ffmpeg."""
    on_path = shutil.which("ffmpeg")
    if on_path:
        return on_path
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def run(folder: Path, arguments: list[str], *, stranger: bool = False, program: str | None = None) -> str:
    """Run ffmpeg inside `folder` and return what it said (the first and the last 64 kB).

    `arguments` name files in `folder` only. stranger: the input was made by someone else, so that only real
    audio containers are opened. No network protocol is ever allowed. Raises FfmpegFailed.
    """
    command = [program or executable(), *_FENCE]
    if stranger:
        command += ["-format_whitelist", CONTAINERS]
    said = folder / "said.txt"
    try:
        with said.open("wb") as errors:
            done = subprocess.run(
                [*command, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                timeout=TIME_CAP.total_seconds(),
                env={"LC_ALL": "C"},
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong(f"it took longer than {TIME_CAP.total_seconds():.0f} seconds") from error
    words = _ends_of(said)
    if done.returncode != 0:
        raise FfmpegFailed(words.strip().rsplit("\n", 1)[-1] or f"ffmpeg ended with {done.returncode}")
    return words


def _ends_of(said: Path, most: int = 65_536) -> str:
    """Broken files make ffmpeg complain for each packet; what counts stands at both ends."""
    with said.open("rb") as file:
        head = file.read(most)
        rest = said.stat().st_size - len(head)
        file.seek(max(len(head), len(head) + rest - most))
        return (head + file.read(most)).decode("utf-8", "replace")
