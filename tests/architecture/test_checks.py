"""The tools that read all of the code, run as tests: beside the others, told as they are, and each by its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS: dict[str, tuple[str, ...]] = {
    "types": ("mypy",),
    "flows": ("checkin", "flows", "check"),
    "imports point down": ("lint-imports", "--no-logo"),
    "style": ("ruff", "check", "--quiet", "."),
    "layout": ("ruff", "format", "--check", "--quiet", "."),
}


@pytest.mark.check
@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_found_by(check: str) -> None:
    program, *arguments = CHECKS[check]
    ran = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )
    if ran.returncode:
        pytest.fail(f"{ran.stdout}{ran.stderr}".strip(), pytrace=False)
