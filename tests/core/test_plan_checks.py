"""A mistake in plans.yaml is found before anybody is bothered by it, and said at its line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.loading import build
from flows.model.plans import Plan
from tests.make import FLOWS

FILES = {file.name: file.read_text(encoding="utf-8") for file in FLOWS.glob("*.yaml")}


def findings(plan: str) -> list[str]:
    """What is wrong with one plan, as `flows check` says it."""
    written = "plans:\n  ours:\n    title: Ours\n" + "".join(f"    {line}\n" for line in plan.splitlines())
    files = {**FILES, "plans.yaml": written}
    flows = ("weekly_check_in", "after_relay", "caring_contacts")
    kept = "".join(f"  {name}:\n    title: Kept\n    at: 1d\n    flow: follow_up_after_relay\n" for name in flows)
    files["plans.yaml"] += kept
    return [str(found).split("\n")[0] for found in build(files)[1] if found.file == "plans.yaml"]


def test_a_plan_that_is_right_has_nothing_wrong() -> None:
    assert findings("every: 7d\nflow: check_in\nby: chosen\ndays: [mon-fri]\nslower: {after: 2, times: 3}") == []


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("every: 7d\nflow: chekin", "plans.yaml:5:5 E103 error there's no flow 'chekin'"),
        ("every: 7d\nflow: main_menu", "P801 error 'main_menu' is begun by us but names no consent"),
        ("at: 1d\nevery: 7d\nflow: check_in", "write either `at: [1d, 7d]` or `every: 7d`"),
        ("at: [7d, 1d]\nflow: check_in", "the times of `at` must grow"),
        ("every: 3h\nflow: check_in", "nobody is written to unasked more than once a day"),
        ("at: soon\nflow: check_in", "'soon' isn't a length of time"),
        ("at: 1d", "write either `flow: NAME` or `flows: [NAME, NAME]`"),
        ("at: 1d\nflow: follow_up_after_relay\nby: call", "isn't written for calls"),
        ("at: 1d\nflow: check_in\nasks: false", "P805 error the plan asks nothing, but 'check_in' does"),
        ("at: 1d\nflow: caring_contact", "P805 error the plan counts silence, but 'caring_contact' asks nothing"),
        ('at: 1d\nflow: check_in\nbetween: "10:00-11:00"', "the window 10:00-11:00 is shorter than two hours"),
        ("at: 1d\nflow: check_in\ndays: [someday]", "'someday' isn't a day"),
        ("at: 1d\nflow: check_in\nmood: 1", "`mood` belongs to a plan that begins with a check-in"),
        ("at: 1d\nflow: check_in\nends_when: claimed", "belongs to a plan that begins with a message"),
        ("at: 1d\nflow: check_in\nbegins: birthday", "begins"),
        ("at: 1d\nflow: check_in\nspeed: fast", "the key 'speed' isn't known here"),
        ("begins: shift\nat: 1d", "a plan for shifts has `ahead: [1d, 1h]`"),
        ("begins: shift\nahead: [5h]", "two hours or less"),
        ("at: 1d\nflow: check_in\nahead: 1h", "`ahead` belongs to a plan that begins with a shift"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(plan: str, said: str) -> None:
    found = findings(plan)
    assert any(said in item for item in found), found
    assert all(item.startswith("plans.yaml:") for item in found)


def test_a_flow_that_begins_a_plan_that_is_not_there_is_told() -> None:
    files = {**FILES, "plans.yaml": "plans: {}\n"}
    found = [str(item) for item in build(files)[1]]
    assert any("check_in.yaml" in item and "there's no plan 'weekly_check_in'" in item for item in found)


def test_each_text_of_a_plan_has_its_flow_and_time() -> None:
    plan = Plan(title="t", at=(timedelta(days=1), timedelta(days=7)), flows=("one", "two"))
    assert [plan.flow_of(number) for number in range(3)] == ["one", "two", "one"]
    assert [plan.offset(number) for number in range(3)] == [timedelta(days=1), timedelta(days=7), None]
    weekly = Plan(title="t", every=timedelta(days=7), flow="one", days=("mon", "wed"))
    assert weekly.offset(40) == timedelta(days=7)
    assert weekly.weekdays == {0, 2}
