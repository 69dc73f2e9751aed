"""systemd itself reads our units. Where it isn't installed this is left out, and said (tests/tiers.py)."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.deploy.test_services import folder, install, settings

__all__ = ["folder", "settings"]


def test_systemd_takes_the_units(settings: Path, folder: Path) -> None:
    install(settings, folder, "--yes")
    said = subprocess.run(["systemd-analyze", "verify", *folder.iterdir()], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert str(folder) not in said.stderr
