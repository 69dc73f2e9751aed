"""How well words are understood, measured on the labeled corpus beside this file: `python -m tests.corpus.measure`.

A row of a corpus is `label<TAB>text`. `--missed LABEL` prints the rows of a label that are not heard as it says;
`--save docs/words.md` writes the table that stands there. What is in `unseen/` was written by people who had seen
neither the rules nor the rest, and is not to be written against.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from flows.loading import load
from flows.words.keywords import KeywordMatcher

HERE = Path(__file__).parent
UNSEEN = HERE / "unseen"
DEFINITIONS = HERE.parents[1] / "flows" / "definitions"
MEANT = {
    "stop": ("stop",),
    "channel.text": ("text_only",),
    "channel.call": ("call_only",),
    "channel": ("text_only", "call_only"),
}
"""What a label says; of every other, that none of these and no danger is heard, unless it begins with `danger`."""
PAST = "past"
"""Danger that is over: as with what is denied, an alarm is no mistake by our rules, and silence is none."""
OURS = frozenset({"crisis", "stop", "maybe_stop", "text_only", "call_only"})


def rows(folder: Path, language: str, which: str = "*") -> Iterator[tuple[str, str]]:
    """(label, text) of every row of this language, in all of the folder's lists or one."""
    for path in sorted(folder.glob(f"{language}_{which}.tsv")):
        for row in path.read_text(encoding="utf-8").splitlines():
            label, _, text = row.partition("\t")
            yield label, text


def heard(matcher: KeywordMatcher, text: str) -> str:
    """What is heard, as a kind: crisis, stop, ... or nothing; crisis+stop where the text refuses ours as well."""
    word = matcher.hear(text)
    if word is None:
        return "nothing"
    return word.kind if word.then is None else f"{word.kind}+{word.then.kind}"


def right(label: str, kind: str) -> bool:
    """Whether a row of this label is heard as it says."""
    if label.startswith("danger"):
        return kind.startswith("crisis")
    return kind in MEANT[label] if label in MEANT else kind.split("+")[0] not in OURS


def table(matcher: KeywordMatcher, folder: Path, language: str, which: str = "*") -> dict[str, Counter[str]]:
    """How many rows of each label are heard as what."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for label, text in rows(folder, language, which):
        found[label][heard(matcher, text)] += 1
    return found


def main() -> None:
    """Print, for each language and label, how many rows are heard as what."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=HERE)
    parser.add_argument("--language", choices=("en", "es"), action="append")
    parser.add_argument("--missed", metavar="LABEL", default=None)
    parser.add_argument("--save", metavar="FILE", type=Path, default=None)
    asked = parser.parse_args()
    matcher = load(DEFINITIONS).matcher
    if asked.save:
        before, _, _ = asked.save.read_text(encoding="utf-8").partition(HEAD)
        asked.save.write_text(before + report(matcher), encoding="utf-8")
        return
    for language in asked.language or ("en", "es"):
        if asked.missed:
            for label, text in rows(asked.folder, language):
                if label.startswith(asked.missed) and not right(label, kind := heard(matcher, text)):
                    print(f"{label}\t{kind}\t{text}")
        else:
            _show(language, table(matcher, asked.folder, language))


HEAD = "| texts | language |"
KINDS = (("danger heard", "danger"), ("refusals heard", "stop"), ("wishes for a channel heard", "channel"))
LISTS = (
    ("all labeled texts", HERE, "*"),
    ("unseen, as most people write", UNSEEN, "common"),
    ("unseen, as few do", UNSEEN, "stranger"),
)


def report(matcher: KeywordMatcher) -> str:
    """The table of docs/words.md, in Markdown."""
    lines = [
        f"{HEAD} {' | '.join(name for name, _ in KINDS)} | false alarms | talks ended wrongly |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, folder, which in LISTS:
        for language in ("en", "es"):
            found = [(label, heard(matcher, text)) for label, text in rows(folder, language, which)]
            cells = [
                _share([right(label, kind) for label, kind in found if label.startswith(kinds)]) for _, kinds in KINDS
            ]
            talk = [kind for label, kind in found if not label.startswith(("danger", PAST))]
            cells.append(_share([kind.startswith("crisis") for kind in talk]))
            cells.append(_share([kind == "stop" for label, kind in found if label != "stop"]))
            lines.append(f"| {name} | {language} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _share(found: list[bool]) -> str:
    return f"{sum(found) / len(found):.3f} ({sum(found)} of {len(found)})" if found else ""


def _show(language: str, found: dict[str, Counter[str]]) -> None:
    for label, kinds in sorted(found.items()):
        good = sum(count for kind, count in kinds.items() if right(label, kind))
        print(language, label.ljust(18), f"{good}/{kinds.total()} = {good / kinds.total():.3f}", dict(kinds))
    danger = sum((kinds for label, kinds in found.items() if label.startswith("danger")), Counter[str]())
    talk = {label: kinds for label, kinds in found.items() if not label.startswith(("danger", PAST))}
    other = sum(talk.values(), Counter[str]())
    for name, kinds in (("danger heard", danger), ("false alarms", other)):
        count = sum(number for kind, number in kinds.items() if kind.startswith("crisis"))
        print(f"{language} {name} {count}/{kinds.total()} = {count / max(1, kinds.total()):.4f}")


if __name__ == "__main__":
    main()
