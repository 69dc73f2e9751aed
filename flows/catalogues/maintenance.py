"""What `po-extract`, `po-update` and `po-check` do, as pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from flows.catalogues.messages import Spot, of_flows, of_lines, of_team, of_words
from flows.catalogues.pofile import empty, parse, write
from flows.library import Library
from flows.model.catalogue import Catalogue, Key
from flows.model.findings import Finding

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message


def extract(library: Library, language: str | None, now: datetime) -> str:
    """A catalogue with everything still to be translated to `language`; without one, a template with everything."""
    return write(_fresh(library, language, now))


def update(text: str, library: Library, language: str, now: datetime) -> str:
    """The catalogue `text`, brought in line with the flows, words.yaml and lines.yaml. No translation is lost.

    Words that are new are added empty. Where the base words changed, the old translation stays as a guess
    ("fuzzy", not said before somebody read it). A step that was renamed keeps its translation. What is no longer said
    is kept at the end, and comes back if it is said again. Raises Unreadable.
    """
    old, fresh = parse(text), _fresh(library, language, now)
    before: dict[Key, Message] = {
        _key(value): value for value in (*old.obsolete.values(), *old) if value.id and value.string
    }
    old.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    for message in old:
        if message.id and not message.string:
            _adopt(message, before)
    there = {_key(entry) for entry in old if entry.id}
    old.obsolete = {key: entry for key, entry in old.obsolete.items() if entry.string and _key(entry) not in there}
    return write(old)


def spots(library: Library) -> Iterator[Spot]:
    """Everything that can be translated: of the flows, of words.yaml, of team.yaml, then of lines.yaml."""
    own = library.settings
    yield from of_flows(library.flows)
    yield from of_words((own.own_words if own else None) or library.words)
    yield from of_team((own.own_team if own else None) or library.team)
    yield from of_lines((own.own_lines if own else None) or library.lines)


def translatable(library: Library) -> int:
    """How many different strings there are."""
    return len({spot.key for spot in spots(library)})


def missing(catalogue: Catalogue, library: Library) -> Iterator[Finding]:
    """L501 for what is not translated or only guessed; for entries that belong to nothing, a note."""
    known: set[Key] = set()
    for spot in spots(library):
        if spot.key in known or catalogue.language in spot.inline:
            known.add(spot.key)
            continue
        known.add(spot.key)
        entry = catalogue.entries.get(spot.key)
        if catalogue.words(spot.key) is None:
            why = "only a guess" if entry and entry.words else "not translated"
            yield catalogue.finding(
                spot.key, "L501", "warning", f"{spot.key[0]} is {why}",
                "Translate it; what is marked fuzzy, read and unmark." if entry else "Run `flows po-update`.",
            )  # fmt: skip
    for key, entry in catalogue.entries.items():
        if key not in known and entry.words:
            yield catalogue.finding(
                key, "L501", "info", f"{key[0]} says this no longer, so its translation isn't used",
                "Run `flows po-update`: it carries over what it can.",
            )  # fmt: skip


def _fresh(library: Library, language: str | None, now: datetime) -> Catalog:
    catalog = empty(language, now)
    for spot in spots(library):
        if spot.key[1].strip() and (language is None or language not in spot.inline):
            catalog.add(spot.key[1], "", context=spot.key[0], auto_comments=[spot.note])
    for message in catalog:
        message.flags -= {"python-format", "python-brace-format"}
    return catalog


def _adopt(message: Message, before: Mapping[Key, Message]) -> None:
    """Take over what was translated before: of this very place, of a renamed one, or as a guess of its former words."""
    context, words = _key(message)
    flow, slot = _ends(context)
    same = before.get((context, words)) or next(
        (entry for (other, source), entry in before.items()
         if source == words and _ends(other) == (flow, slot)), None,
    )  # fmt: skip
    if same is not None:
        message.string, message.flags = same.string, message.flags | (same.flags & {"fuzzy"})
        return
    former = [entry for (other, _), entry in before.items() if other == context]
    if len(former) == 1 and "/*/" not in context:
        message.string, message.previous_id = former[0].string, [str(former[0].id)]
        message.flags.add("fuzzy")


def _ends(context: str) -> tuple[str, str]:
    """The flow (or file) and the slot of a place, without the step between them."""
    first, _, rest = context.partition("/")
    return first, rest.rpartition("/")[2]


def _key(message: Message) -> Key:
    return message.context or "//", str(message.id)
