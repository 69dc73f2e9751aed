"""Whatever stands in a file, the checker answers with findings, in bounded time, and with nothing else."""

from __future__ import annotations

import random
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.checks.checker import about_flows
from flows.loading import build
from flows.model.findings import Finding
from tests.core.seeded import CARE, files, found
from tests.examples import examples

PIECES = sorted({piece for line in CARE.splitlines() for piece in line.split() if piece})


@given(st.text(max_size=400))
@settings(max_examples=examples(40), deadline=None)
def test_any_text_gives_findings(text: str) -> None:
    assert all(isinstance(finding, Finding) for finding in found(files(care=text)))


@given(st.integers(0, 2**32), st.integers(1, 6))
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_flow_with_pieces_swapped_cut_and_doubled_gives_findings(seed: int, times: int) -> None:
    chance = random.Random(seed)
    text = CARE
    for _ in range(times):
        lines = text.splitlines(keepends=True)
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines[at], lines[other] = lines[other], lines[at]
            case 1:
                del lines[at]
            case 2:
                lines.insert(other, lines[at])
            case _:
                lines[at] = lines[at].replace(chance.choice(PIECES), chance.choice(PIECES))
        text = "".join(lines) or "\n"
    assert all(isinstance(finding, Finding) for finding in found(files(care=text)))


def test_two_hundred_flows_take_less_than_five_seconds() -> None:
    """The promise of the checker's speed, by the processor's own clock: a busy machine does not count."""
    texts = files()
    for number in range(198):
        texts[f"care{number}.yaml"] = CARE.replace("flow: care", f"flow: care{number}", 1)

    before = time.process_time()
    library, findings = build(texts)
    assert library is not None
    about_flows(library)
    taken = time.process_time() - before

    assert findings == []
    assert len(library.flows) == 200
    assert taken < 5
