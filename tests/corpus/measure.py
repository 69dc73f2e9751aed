"""How well words are understood, measured on the labelled corpus beside this file: `python -m tests.corpus.measure`.

A row of a corpus is `label<TAB>text`. `--missed LABEL` prints the rows of a label that are not understood as it says.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from flows.keywords import Ears
from flows.library import load

HERE = Path(__file__).parent
DEFINITIONS = HERE.parents[1] / "flows" / "definitions"


def rows(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """(label, text) of every row of this language."""
    for path in sorted(folder.glob(f"{language}_*.tsv")):
        for row in path.read_text(encoding="utf-8").splitlines():
            label, _, text = row.partition("\t")
            yield label, text


def heard(ears: Ears, text: str) -> str:
    """What is heard, as a kind: crisis, stop, ... or nothing."""
    word = ears.hear(text)
    return "nothing" if word is None else word.kind


def _counted(rows: list[dict[str, int]]) -> tuple[int, int]:
    """How many were heard as danger, of how many."""
    return sum(kinds.get("crisis", 0) for kinds in rows), sum(sum(kinds.values()) for kinds in rows)


def main() -> None:
    """Print, for each language and label, how many rows are heard as what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=HERE)
    parser.add_argument("--language", choices=("en", "es"), action="append")
    parser.add_argument("--missed", metavar="LABEL", default=None)
    asked = parser.parse_args()
    ears = load(DEFINITIONS).ears
    for language in asked.language or ("en", "es"):
        table: dict[str, dict[str, int]] = {}
        for label, text in rows(asked.folder, language):
            kind = heard(ears, text)
            table.setdefault(label, {}).setdefault(kind, 0)
            table[label][kind] += 1
            danger = label.startswith("danger")
            if asked.missed and label.startswith(asked.missed) and danger != (kind == "crisis"):
                print(f"{label}\t{kind}\t{text}")
        if asked.missed:
            continue
        for label, kinds in sorted(table.items()):
            print(language, label.ljust(18), sum(kinds.values()), kinds)
        danger = [kinds for label, kinds in table.items() if label.startswith("danger")]
        other = [kinds for label, kinds in table.items() if not label.startswith("danger")]
        hit, total = _counted(danger)
        false, rest = _counted(other)
        print(f"{language} danger {hit}/{total} = {hit / total:.3f}; false alarms {false}/{rest} = {false / rest:.4f}")


if __name__ == "__main__":
    main()
