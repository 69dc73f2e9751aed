"""Files that somebody made to cost us time, memory or the process: each costs a second at most, and says what is wrong.

Seconds are an upper bound that only a square of the length passes: a busy machine keeps to it, too.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from checkin.cli.story_archive import files, manifest
from checkin.core.errors import UserError
from checkin.core.rules.typed_numbers import without_numbers
from checkin.core.settings import Settings, SettingsError
from flows.checks.drafts import read_draft
from flows.importers.studio.conversion import convert
from flows.importers.studio.export import read_export
from flows.model.findings import Finding
from flows.model.yaml_source import LARGEST, LONGEST_NUMBER, MOST_FINDINGS
from tests import make
from tests.settings.test_settings import GOOD

SECONDS = 8.0
STUDIO = Path(__file__).parents[1] / "core" / "studio" / "survey.json"
HEAD = "dsl: 1\nflow: check_in\ntitle: t\nchannels: [sms]\nlanguages: [en]\non_error: z\nsteps:\n"

HOSTILE = {
    "twenty thousand keys": "".join(f"k{number}: 1\n" for number in range(20_000)),
    "one key, over and over": "k: 1\n" * 20_000,
    "keys that no step knows": HEAD + "".join(f"  - say: hi\n    k{number}: 1\n" for number in range(4_000)),
    "five thousand figures": f"a: {'9' * 5_000}",
    "five thousand figures for a key": f"{'9' * 5_000}: a",
    "sixty thousand figures in sixteens": f"a: 0x{'f' * 60_000}",
    "lists in lists": "a: " + "[" * 100_000,
    "maps in maps": "a: " + "{" * 100_000,
    "dashes": "- " * 100_000,
    "keys of keys": "? " * 100_000,
    "steps that lead nowhere": HEAD + "".join(f"  - {{say: hi, to: s{number}}}\n" for number in range(1_000)),
}


def judged(text: str) -> tuple[tuple[Finding, ...], float]:
    began = time.perf_counter()
    made = read_draft(text, "check_in", make.library(), {})
    assert made.errors, "nothing of this is a flow"
    return made.findings, time.perf_counter() - began


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_flow_is_refused_in_a_moment_and_in_a_few_sentences(what: str) -> None:
    """The editor checks while one types: what takes a minute here takes the calls of that minute with it."""
    text = HOSTILE[what]
    assert len(text) < LARGEST
    findings, seconds = judged(text)
    assert seconds < SECONDS
    assert len(findings) <= max(MOST_FINDINGS, text.count("to: s") + 1)
    assert all(len(finding.text) < 400 for finding in findings)


def test_a_long_number_is_said_to_be_one() -> None:
    (finding,), _seconds = judged(f"flow: {'9' * (LONGEST_NUMBER + 1)}")
    assert finding.text == f"a number of over {LONGEST_NUMBER} figures"
    (finding,), _seconds = judged(f"flow: '{'9' * (LONGEST_NUMBER + 1)}'")
    assert "number" not in finding.text, "in quotes it is a word"


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        ("[" * 50_000, "nested too deeply"),
        ("stories: " + "[" * 50_000, "nested too deeply"),
        ("stories:\n- {title: " + "9" * 5_000 + "}", "can't be read: Exceeds the limit"),
        ("stories:\n- {title: x, consent: 2026-13-45}", "can't be read: month must be in"),
    ],
)
def test_a_hostile_list_of_stories_is_refused_in_a_sentence(tmp_path: Path, hostile: str, why: str) -> None:
    (tmp_path / "stories.yaml").write_text(hostile)
    with pytest.raises(UserError, match=why):
        manifest.rows(files.opened(tmp_path))


def test_a_list_of_one_name_over_and_over_costs_its_length(tmp_path: Path) -> None:
    rows = "title,topics,language,consent,words\n" + "t,x,en,2026-05-17,w\n" * 20_000
    (tmp_path / "stories.csv").write_text(rows)
    began = time.perf_counter()
    assert len(manifest.rows(files.opened(tmp_path))) == 20_000
    assert time.perf_counter() - began < SECONDS


def test_a_long_number_of_a_studio_flow_stays_what_it_was() -> None:
    flow = json.loads(STUDIO.read_text())
    (remember,) = [item for item in flow["definition"]["states"] if item["type"] == "set-variables"]
    remember["properties"]["variables"][1]["value"] = "9" * 5_000
    made = convert(read_export(json.dumps(flow)), "from_studio")
    assert "9" * 100 in "".join(made.files.values())


@pytest.mark.parametrize("text", ["1 " * 30_000, "one " * 15_000, "double " * 9_000 + "1", "o " * 30_000])
def test_digits_without_end_cost_their_length(text: str) -> None:
    """By the processor's time: how busy the machine is beside it is no matter of the text."""
    began = time.thread_time()
    without_numbers(text, "[a number]")
    assert time.thread_time() - began < SECONDS / 4


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY"])
def test_a_setting_of_five_thousand_figures_is_a_sentence(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} isn't a"):
        Settings.from_env(GOOD | {name: "9" * 5_000})
