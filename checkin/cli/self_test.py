"""`checkin test`: every check that this project has, one after the other, and what was left out and why."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parents[2]

CHECKS: dict[str, tuple[str, ...]] = {
    "style": ("ruff", "check", "--quiet", "."),
    "layout": ("ruff", "format", "--check", "--quiet", "."),
    "imports": ("lint-imports", "--no-logo"),
    "types": ("mypy",),
    "flows": ("checkin", "flows", "check"),
    "transcripts": ("checkin", "flows", "test"),
}

NEEDED: dict[str, tuple[str, str]] = {
    "tests/browser": ("chromium", "apt-get install chromium"),
}
"""Folder of tests: the program that they need, and how to get it."""


PARALLEL = ("-n", "auto", "--dist", "loadgroup")
"""Two at a time on two cores; what shares a running line or a browser stays together (tests/tiers.py)."""

WHOLE_COMMAND = "bin/checkin test --whole"
LEFT_TO_WHOLE = "the long tests, and each test's other database"


class CannotTest(Exception):
    """The tools for testing aren't installed; one line that says how to get them."""


@dataclass(frozen=True)
class CheckResult:
    """How one check went."""

    name: str
    passed: bool
    said: str
    seconds: float


def run(pytest_arguments: Sequence[str], *, whole: bool = False) -> int:
    """Run all checks, then the tests of every change, or all of them; with arguments for pytest, those tests alone.

    Returns the exit code.
    """
    if shutil.which("pytest", path=_bin()) is None:
        raise CannotTest("the tools for testing aren't installed: run bin/checkin test, which fetches them")
    console = Console()
    failed: list[str] = []
    if not pytest_arguments:
        failed = [checked.name for checked in _static(console) if not checked.passed]
    arguments = [*pytest_arguments] or [*PARALLEL, *([] if whole else ["--quick"])]
    code = subprocess.run([_tool("pytest"), *arguments], cwd=ROOT).returncode
    if failed:
        console.print(f"[bold red]Failed before the tests:[/] {', '.join(failed)}", highlight=False)
    return code or int(bool(failed))


def left_out() -> dict[str, str]:
    """What can't be tested on this machine: the folder of tests, and how to get what is missing, in one line.

    tests/conftest.py leaves these out, and says so when the tests are over.
    """
    return {
        folder: f"{folder}, which needs {program}: {how}"
        for folder, (program, how) in NEEDED.items()
        if (ROOT / folder).exists() and shutil.which(program) is None
    }


def _static(console: Console) -> list[CheckResult]:
    """All checks that run nothing of ours for long, two at a time; each is told as soon as it is known."""
    done = []
    with ThreadPoolExecutor(2) as pool:
        for checked in pool.map(_check, CHECKS):
            done.append(checked)
            mark = "[green]✓[/]" if checked.passed else "[bold red]✗[/]"
            console.print(f"{mark} {checked.name:<12} [dim]{checked.seconds:5.1f} s[/]", highlight=False)
            if not checked.passed:
                console.print(checked.said, markup=False, highlight=False, soft_wrap=True)
    return done


def _check(name: str) -> CheckResult:
    program, *arguments = CHECKS[name]
    began = time.monotonic()
    ran = subprocess.run([_tool(program), *arguments], cwd=ROOT, text=True, capture_output=True)
    return CheckResult(name, ran.returncode == 0, (ran.stdout + ran.stderr).strip(), time.monotonic() - began)


def _bin() -> str:
    return str(Path(sys.executable).parent)


def _tool(name: str) -> str:
    return str(Path(_bin()) / name)
