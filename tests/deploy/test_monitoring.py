"""Every figure that the board and the alerts name is one that the line has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.test_metrics import asked
from tests.the_line import TheLine

DEPLOY = Path(__file__).parents[2] / "deploy"
ENDS = ("_bucket", "_count", "_sum")


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]
    return list(group["rules"])


def expressions() -> list[str]:
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    return shown + [rule["expr"] for rule in rules()]


def there(line: TheLine) -> tuple[set[str], set[str]]:
    """The names that /metrics has, and those that may stand in an expression."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", asked(line).text, flags=re.MULTILINE))
    inside = {f"{name}{end}" for name, kind in kinds.items() if kind == "histogram" for end in ENDS}
    return set(kinds), {name for name, kind in kinds.items() if kind != "histogram"} | inside


def test_every_figure_that_is_named_is_there(line: TheLine) -> None:
    _, known = there(line)
    named = {name for expression in expressions() for name in re.findall(r"\bcheckin_\w+", expression)}
    assert named - known == set()


def test_every_figure_that_is_there_is_looked_at(line: TheLine) -> None:
    figures, _ = there(line)
    text = "\n".join(expressions())
    assert {name for name in figures if name not in text} == set(), "a figure that nobody looks at is one too many"


def test_each_alert_says_what_it_means_and_how_urgent_it_is() -> None:
    for rule in rules():
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")
