"""Oda changes a sentence; the conversations that fail by its words alone take it over, and no other ones."""

from __future__ import annotations

import pytest

from flows.library import Library
from flows.loading import build
from flows.model.yaml_edit import edited
from flows.transcripts.coverage import by_cause, failures, play
from flows.transcripts.files import file_of, parse_transcripts
from flows.transcripts.rewording import Rewording, counterpart, reword
from tests.core.seeded import CARE, files

FILE = file_of("care")
TALKS = """\
# how people are
tests:
  - name: fine   # by text and call
    flow: care
    channel: both
    talk:
      - us: {has: ["How are you", "from 1 to 5?"]}
      - them: "4"
      - us: {has: 'What next?'}
  - name: low
    flow: care
    talk:
      - us: "Hi, this is Harbor Line. STOP ends these texts.\\nHow are you, from 1 to 5?"
      - them: "1"
      - us: {has: "Talk with a peer?"}
    expect: {tags: [low_mood]}
"""


def made(text: str = CARE) -> Library:
    library, findings = build(files(care=text))
    assert library is not None, findings
    return library


def taken(after: str, talks: str = TALKS) -> tuple[Rewording, list[str]]:
    """What is taken over when the flow is this from now on, and what still fails then."""
    library = made(after)
    placed, found = parse_transcripts(talks, FILE)
    assert found == []
    result = reword(made(), library, {FILE: talks}, list(play(library, placed)))
    again, found = parse_transcripts(result.texts.get(FILE, talks), FILE)
    assert found == []
    return result, [problem.text for _, played in play(library, again) for problem in played.problems]


def test_one_changed_sentence_is_one_difference_and_all_its_conversations_take_it() -> None:
    result, left = taken(CARE.replace("How are you, from 1 to 5?", "How is it going, from 1 to 5?"))

    assert left == []
    assert [(change.before, change.after, len(change.conversations)) for change in result.changes] == [
        ("How are you, from 1 to 5?", "How is it going, from 1 to 5?", 2)
    ]
    assert result.texts[FILE] == TALKS.replace("How are you", "How is it going"), "comments and layout stay"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("then: {yes: peer, no: menu", "then: {yes: peer, no: bye"),  # nobody says no here
        ('say: {en: "Take care."', 'say: {en: "Bye for now."'),
    ],
)
def test_what_no_conversation_says_fails_none(old: str, new: str) -> None:
    result, left = taken(CARE.replace(old, new))
    assert (result.found, left) == (False, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- {else: menu}", "- {else: offer}"),  # another way
        ("tag: {add: [low_mood]}", "tag: {add: [blue]}"),  # another effect
        (
            'ask: {en: "Talk with a peer?", es: "¿Hablar con alguien?"}\n',
            'ask: {en: "Well?", es: "¿Y?"}\n    when: x\n',
        ),
    ],
)
def test_anything_but_words_stays_a_failure(old: str, new: str) -> None:
    """Whatever its words are: these are changed, too."""
    after = CARE.replace(old, new).replace("What next?", "What now?").replace("How are you, from", "How is it, from")
    if "when: x" in new:
        after = CARE.replace('      - {if: "mood <= 2", to: low}\n', '      - {if: "mood <= 0", to: low}\n')
    result, left = taken(after)
    low = next(line for line, text in enumerate(TALKS.splitlines(), 1) if "name: low" in text)

    assert left != []
    assert (FILE, low) not in result.taken or "- {else: offer}" in new


def test_a_missing_answer_stays_a_failure() -> None:
    silent = CARE.replace(
        'ask: {en: "What next?", es: "¿Qué desea?"}',
        'ask: {en: "{% if mood == 9 %}What next?{% endif %}", es: "¿Qué desea?"}',
    )
    result, left = taken(silent)
    assert left != []
    assert not result.found


def test_a_conversation_that_failed_before_is_nobodys_new_words() -> None:
    talks = TALKS.replace("What next?", "Something that nobody says")
    result, _ = taken(CARE.replace("How are you, from", "How is it, from"), talks)
    assert len(result.taken) == 1


def test_a_promise_about_words_is_not_taken_back() -> None:
    talks = TALKS.replace("'What next?'", "'What next?', hasnt: 'mom'")
    result, left = taken(CARE.replace("What next?", "What next, mom?"), talks)
    assert not result.found
    assert any("with 'mom' in it" in problem for problem in left)


@pytest.mark.parametrize(
    ("old", "new", "piece", "found"),
    [
        ("Hi. How are you today, from 1?", "Hi. How do you feel, from 1?", "are you today", "do you feel"),
        ("Talk with a peer now?", "Talk with a peer?", "a peer now", "a peer"),
        ("In a crisis call 988.", "In a crisis call somebody.", "988", None),
        ("Take care. Bye.", "Bye.", "Take care.", None),
        ("One. Two.", "One. Two.", "Three", None),
    ],
)
def test_the_counterpart_of_a_piece(old: str, new: str, piece: str, found: str | None) -> None:
    assert counterpart(old, new, piece) == found
    assert found is None or found in new


def test_failures_are_grouped_by_what_goes_wrong_the_most_frequent_first() -> None:
    library = made(CARE.replace("tag: {add: [low_mood]}", "tag: {add: [blue]}"))
    low = TALKS[TALKS.index("  - name: low") :]
    placed, _ = parse_transcripts(
        TALKS.replace("'What next?'", "'Other'") + low.replace("name: low", "name: again"), FILE
    )
    causes = by_cause(found for at, result in play(library, placed) for found in failures(at, result))

    assert [len(cause.places) for cause in causes] == [2, 1, 1]
    assert causes[0].text == "the tags are blue, not low_mood"


EVERY_STYLE = """\
# top
a:   "one"   # why
b: 'two'
c: plain words
d: |
  first
  second

e: >-
  folded words
  here

f: {en: talk with a peer, es: "hola"}   # c
g: ["x y", 'z', plain]
"""


@pytest.mark.parametrize(
    "words", ["short", 'a "quoted" one', "it's: # not\na key", "ñandú 🙂", "yes", "12", "- a", " x "]
)
@pytest.mark.parametrize("path", [("a",), ("b",), ("c",), ("d",), ("e",), ("f", "en"), ("f", "es"), ("g", 2)])
def test_a_value_changes_in_its_place_and_nothing_else_does(path: tuple[str | int, ...], words: str) -> None:
    text = edited(EVERY_STYLE, {path: words})
    from flows.model.yaml_source import read_yaml

    values = read_yaml(text, "").values
    for part in path:
        values = values[part]
    assert values == words
    kept = [line for line in EVERY_STYLE.splitlines() if line and not line.startswith((f"{path[0]}:", "  "))]
    assert [line for line in text.splitlines() if line in kept] == kept, "every other line is as it was"


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no text at f.fr"):
        edited(EVERY_STYLE, {("f", "fr"): "bonjour"})
