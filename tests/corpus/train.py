"""Learns what words.classifier weighs by, from the labeled texts beside this file: `python -m tests.corpus.train`.

Logistic regression by stochastic gradient descent with a rate for each weight (AdaGrad), nothing but the standard
library, the same weights for the same texts. `--check` says instead how well the texts of a stranger are heard by what
everybody else's teach, one list after the other: by these the thresholds in flows.keywords are set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

from flows.words.classifier import BUCKETS, MEANINGS, Meaning, group_buckets, grouped, plain_buckets, words_of
from flows.words.danger import WEIGHTS, shipped
from flows.words.keywords import FEWEST
from tests.corpus.measure import HERE

ROUNDS = 6
RATE = 0.7
OFTEN = ("stranger", "short")
STRANGER = 3
"""How often a text of these lists counts: the others are many, and of few authors."""

FOREIGN = "foreign"
LABEL = {"danger": "danger", "refusal": "stop"}
SKIPPED = ("danger.negated", "danger+stop")
"""Labels that are not learned from: they alarm by our rules although they say that there is no danger; or they are
two things at once."""


@dataclass(frozen=True)
class Row:
    """A text: its label, and where the weights of its words stand."""

    label: str
    found: Sequence[int]

    def means(self, meaning: Meaning) -> bool:
        """Whether it is labeled so."""
        return self.label.startswith(LABEL[meaning])


def read(path: Path, language: str) -> list[Row]:
    """The rows of a list; what is written in another language means nothing in this. Danger in few words, of
    which there is a list, is never weighed, and would make calm words look like it."""
    groups = grouped(shipped(language).groups)
    rows = (line.partition("\t") for line in path.read_text(encoding="utf-8").splitlines())
    worded = ((label, words_of(text)) for label, _, text in rows if not label.startswith(SKIPPED))
    ours = path.stem.startswith(language)
    return [
        Row(label if ours else FOREIGN, sorted(plain_buckets(words) | group_buckets(words, groups)))
        for label, words in worded
        if len(words) >= min(FEWEST.values()) or not (label.startswith("danger") and path.stem.endswith("_short"))
    ]


def learn(rows: Iterable[Row], meaning: Meaning, rounds: int = ROUNDS) -> tuple[list[float], float]:
    """The weights for a meaning, and the bias."""
    order, weights, squares, bias = list(rows), [0.0] * BUCKETS, [1e-6] * BUCKETS, 0.0
    chance = random.Random(1)  # noqa: S311
    for turn in range(rounds):
        chance.shuffle(order)
        for row in order:
            share = 1 / sqrt(len(row.found) or 1)
            wrong = _likely(bias + share * sum(weights[place] for place in row.found)) - row.means(meaning)
            bias -= 0.05 * wrong / (1 + turn)
            step = wrong * share
            for place in row.found:
                squares[place] += step * step
                weights[place] -= RATE * step / sqrt(squares[place])
    return weights, bias


def counted(lists: Iterable[tuple[Path, list[Row]]]) -> list[Row]:
    """The rows of these lists, each as often as it counts."""
    return [row for path, rows in lists for row in rows for _ in range(_times(path, row))]


def weigh(rows: Iterable[Row], weights: Sequence[float], bias: float) -> list[float]:
    """What each weighs."""
    return [bias + sum(weights[place] for place in row.found) / sqrt(len(row.found) or 1) for row in rows]


def digest(language: str, folder: Path = HERE) -> str:
    """Of all that is learned from: the lists, and the groups of words."""
    found = hashlib.sha256(json.dumps(grouped(shipped(language).groups), sort_keys=True).encode())
    for path in lists(language, folder):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def lists(language: str, folder: Path = HERE) -> list[Path]:
    """What is learned from: every list but those in unseen/, this language's first."""
    return sorted(folder.glob("*.tsv"), key=lambda path: (not path.stem.startswith(language), path.stem))


def save(file: Path, weights: Sequence[float], bias: float, texts: str) -> None:
    """Write a file that flows.words.classifier reads."""
    unit = max(map(abs, weights)) / 127
    head = json.dumps({"bias": round(bias, 6), "unit": unit, "texts": texts}).encode()
    file.write_bytes(head + b"\n" + bytes(round(weight / unit) & 0xFF for weight in weights))


def check(language: str) -> None:
    """Print, for each list that a stranger wrote, how it is heard by what the others teach."""
    rows = {path: read(path, language) for path in lists(language)}
    for left_out in (path for path in rows if path.stem.startswith(f"{language}_stranger")):
        for meaning in MEANINGS:
            learned = learn(counted((path, listed) for path, listed in rows.items() if path != left_out), meaning)
            found = list(zip(rows[left_out], weigh(rows[left_out], *learned), strict=True))
            others = sorted((weight for row, weight in found if not row.means(meaning) and row.label != "past"))
            meant = [weight for row, weight in found if row.means(meaning)]
            print(f"{left_out.stem} {meaning}: {len(meant)} of it, {len(others)} other")
            for least in (0.0, 0.5, 1.0, 1.5, 2.0):
                wrong = sum(map(least.__le__, others)) / len(others)
                print(f"   from {least}: {sum(map(least.__le__, meant)) / len(meant):.3f} heard, {wrong:.4f} wrongly")


def main() -> None:
    """Learn, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    for language in ("en", "es"):
        if asked.check:
            check(language)
            continue
        rows = counted((path, read(path, language)) for path in lists(language))
        for meaning in MEANINGS:
            save(WEIGHTS / f"{language}.{meaning}", *learn(rows, meaning), digest(language))


def _times(path: Path, row: Row) -> int:
    return STRANGER if path.stem[3:].startswith(OFTEN) and row.label != FOREIGN else 1


def _likely(weight: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, weight))))


if __name__ == "__main__":
    main()
