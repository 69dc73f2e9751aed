"""What pages let a browser do: run our own files, and nothing else."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from checkin.core import rate_limits
from checkin.web.templates import STATIC, TEMPLATES
from tests.console.browser import BASE, Browser

PAGES = [
    path
    for path in sorted(TEMPLATES.rglob("*.html"))
    if path.name != "card.html"  # a page to print, which is written to a file and served by nobody
]


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """Headers ask nothing of a database."""
    return sqlite_engine


@pytest.mark.parametrize("path", ["/signin", "/console/", "/console/nothing-here", "/static/css/line.css", "/healthz"])
def test_every_answer_is_closed(oda: Browser, path: str) -> None:
    headers = oda.asks(path).response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_pages_are_kept_by_nobody_and_files_by_browsers(oda: Browser) -> None:
    shown = oda.asks("/console/")
    assert shown.response.headers["Cache-Control"] == "no-store"
    [file] = re.findall(r'href="(/static/css/line.css[^"]+)"', shown.html)
    assert "immutable" in oda.asks(file).response.headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_has_code_or_looks_of_its_own(path: Path) -> None:
    written = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", written), "scripts are files of ours"
    assert not re.search(r"\son[a-z]+=\s*[\"']", written, re.I), "events are listened to in files of ours"
    assert not re.search(r"\sstyle\s*=|<style", written), "looks are classes"
    assert not re.search(r"\|\s*safe\b|autoescape false|Markup", written), "everything is escaped"
    assert not re.search(r"""(src|href|action)=["']https?:""", written), "nothing comes from elsewhere"


@pytest.mark.parametrize("path", ["/static/../../settings.py", "/static/%2e%2e/%2e%2e/settings.py", "/static/nothing"])
def test_only_files_of_ours_are_served(rex: Browser, path: str) -> None:
    assert rex.asks(path).status == 404


def test_what_browsers_complain_of_is_counted(rex: Browser) -> None:
    for _ in range(3):
        rex.client.post("/csp-report", base_url=BASE, json={"csp-report": {"blocked-uri": "inline"}})
    assert rex.line.runtime.look(lambda uow: rate_limits.so_far(uow, ("csp", "reports"))[0]) == 3


def test_a_form_that_is_too_big_is_refused(oda: Browser) -> None:
    assert oda.sends("/look", theme="x" * 300_000).status == 413


def test_an_error_of_ours_says_nothing_of_what_was_sent(oda: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object) -> None:
        raise RuntimeError("+15555550101 said something")

    monkeypatch.setattr("checkin.web.reads.now.now", fails)
    shown = oda.asks("/console/")
    assert shown.status == 500
    assert "Something broke" in shown.words
    assert "5555550101" not in shown.html


def test_what_is_not_ours_stands_in_the_table() -> None:
    table = (STATIC / "VENDORED.md").read_text()
    for file in sorted((STATIC / "vendor").rglob("*")):
        if file.is_file() and not file.name.endswith("LICENSE"):
            assert f"`{file.relative_to(STATIC)}`" in table
            assert hashlib.sha256(file.read_bytes()).hexdigest() in table, (
                f"{file.name} is another than was written down"
            )
