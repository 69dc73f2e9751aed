"""Ana reads Spanish, and somebody forgot to translate the menu: the line says so, and does not say who she is."""

from __future__ import annotations

from structlog.testing import capture_logs

from flows.loading import build
from tests.cast import ANA
from tests.core.small import DEFINITIONS
from tests.the_line import TheLine

MENU = '      en: "What would you like?"\n      es: "¿Qué desea?"\n'


def without_spanish(line: TheLine) -> None:
    """The shipped flows, but for one Spanish sentence."""
    files = {file.name: file.read_text(encoding="utf-8") for file in DEFINITIONS.glob("*.yaml")}
    assert files["main_menu.yaml"].count(MENU) == 1
    files["main_menu.yaml"] = files["main_menu.yaml"].replace(MENU, MENU.splitlines(keepends=True)[0])
    library, findings = build(files)
    assert library is not None, findings
    line.runtime.flows.library = line.runtime.library.with_current([library.flows["main_menu"]])


def test_what_was_said_in_another_language_is_counted_without_a_person(line: TheLine) -> None:
    without_spanish(line)
    with capture_logs() as logged:
        assert "What would you like?" in line.answers(ANA, "hi")
        assert [item for item in logged if item["event"] == "language_fallback"] == []

        assert "What would you like?" in line.answers(ANA, "español")

    counted = [item for item in logged if item["event"] == "language_fallback"]
    assert counted == [
        {"event": "language_fallback", "log_level": "info", "wanted": "es", "spoken": "en", "times": 1,
         "places": ["main_menu.menu"]}
    ]  # fmt: skip
    assert ANA not in str(logged)


def test_nothing_is_counted_where_all_is_translated(line: TheLine) -> None:
    with capture_logs() as logged:
        line.answers(ANA, "hi")
        assert "¿Qué desea?" in line.answers(ANA, "español")

    assert "language_fallback" not in str(logged)
