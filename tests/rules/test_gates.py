"""What a gate said is kept so that it can be said in another language when somebody looks."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from checkin.core.translatable import Translatable
from checkin.followups import rules
from checkin.followups.rules import GatePassed
from checkin.i18n.gettext import said, speaking

NOW = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)


def test_a_reason_comes_back_in_the_language_of_whoever_reads_it() -> None:
    quiet = Translatable(
        "quiet hours: it's %(clock)s in %(zone)s, and texts are sent %(hours)s",
        clock="23:10", zone="Europe/Madrid", hours="10:00-18:00",
    )  # fmt: skip
    far = Translatable(
        "the line doesn't text or call their number: %(why)s", why=Translatable("it's a premium-rate number")
    )
    passed = [GatePassed("stop", "open"), GatePassed("number", "end", far), GatePassed("hours", "move", quiet)]
    _, again = rules.read_judgement(json.loads(json.dumps(rules.remember(None, NOW, passed))))
    assert again == passed
    with speaking("es"):
        assert said(again[2].why) == (
            "horas de silencio: son las 23:10 en Europe/Madrid, los mensajes salen 10:00-18:00"
        )
        assert said(again[1].why) == ("la línea no escribe ni llama a su número: es un número de tarificación especial")


def test_what_was_kept_before_is_read_as_it_stands() -> None:
    kept = {"at": NOW.isoformat(), "gates": [["late", "skip", "too late in the day"]]}
    assert rules.read_judgement(kept) == (NOW, [GatePassed("late", "skip", "too late in the day")])
