"""Every name that the checker knows is one that the engine can fill in."""

from __future__ import annotations

import pytest

from flows.checks.names import KNOWN
from tests.core.small import library
from tests.core.talk import Talk


@pytest.mark.parametrize("name", sorted(f"{root}.{part}" for root, parts in KNOWN.items() for part in parts))
def test_a_known_name_can_be_said(name: str) -> None:
    talk = Talk(library(f"- say: \"So: {{{{ {name} | default: '' }}}}.\"")).starts()

    assert "So: " in talk.said
    assert talk.position.ended == "done"


def test_the_number_of_the_line_is_said() -> None:
    assert "(555) 555-0100" in Talk(library('- say: "Text {{ line.number | phone }}."')).starts().said
