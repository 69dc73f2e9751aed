"""A flow while it is being written: read among those that are live, and written out again."""

from __future__ import annotations

import pytest

from flows.checks.checker import check
from flows.checks.drafts import read_draft, text_of
from flows.loading import clip_digests
from flows.model.findings import Finding
from tests.make import FLOWS, library

CLIPS = clip_digests(FLOWS)
NAMES = sorted(library().flows)


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    """What the checker says of the files."""
    return list(check(FLOWS))


TIP = (FLOWS / "tip.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_out_is_the_same_version(name: str) -> None:
    flow = library().flows[name]
    made = read_draft(text_of(flow, "a remark"), name, library(), CLIPS)
    assert made.flow is not None
    assert made.flow.hash == flow.hash


@pytest.mark.parametrize("name", NAMES)
def test_the_checker_says_of_a_draft_what_it_says_of_the_file(name: str, found: list[Finding]) -> None:
    file = f"{name}.yaml"
    made = read_draft((FLOWS / file).read_text(encoding="utf-8"), name, library(), CLIPS)
    assert list(made.findings) == [item for item in found if item.file == file]
    assert made.library is not None


def test_what_is_wrong_with_others_because_of_it_is_told_too() -> None:
    text = (FLOWS / "check_in.yaml").read_text(encoding="utf-8").replace("channels: [sms, voice]", "channels: [voice]")
    made = read_draft(text, "check_in", library(), CLIPS)
    assert made.library is None
    assert any("isn't written for sms" in error.text for error in made.errors if error.file == "lines.yaml")


def test_a_text_that_makes_another_flow_makes_none() -> None:
    made = read_draft(TIP, "other", library(), CLIPS)
    assert (made.flow, made.library) == (None, None)
    assert "is called 'tip'" in made.errors[0].text


def test_a_draft_that_cannot_be_read_says_where() -> None:
    made = read_draft(TIP.replace("on_error: sorry", "on_error: sory"), "tip", library(), CLIPS)
    assert made.flow is None
    assert [(error.file, error.line > 1) for error in made.errors] == [("tip.yaml", True)]
