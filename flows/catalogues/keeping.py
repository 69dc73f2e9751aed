"""What `po-extract`, `po-update` and `po-check` do, as pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from flows.catalogues.catalogue import Catalogue, Key
from flows.catalogues.places import inline, places
from flows.catalogues.pofile import empty, parse, write
from flows.findings import Finding
from flows.model import Flow

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

KINDS = {
    "say": "said", "ask": "asked", "record": "said before they leave a message",
    "invalid": "said when an answer was not understood", "choices": "a choice, in the middle of a sentence",
}  # fmt: skip
ONLY = {"sms": ", by text only", "voice": ", on calls only"}


def extract(flows: Mapping[str, Flow], language: str | None, now: datetime) -> str:
    """A catalogue with everything still to be translated to `language`; without one, a template with everything."""
    return write(_fresh(flows, language, now))


def update(text: str, flows: Mapping[str, Flow], language: str, now: datetime) -> str:
    """The catalogue `text`, brought in line with the flows. Nothing that was translated is lost.

    Words that are new are added empty. Where the base words changed, the old translation stays as a guess
    ("fuzzy", not said before somebody read it). A step that was renamed keeps its translation. What is no longer said
    is kept at the end, and comes back if it is said again. Raises Unreadable.
    """
    old, fresh = parse(text), _fresh(flows, language, now)
    before: dict[Key, Message] = {_key(one): one for one in (*old.obsolete.values(), *old) if one.id and one.string}
    old.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    for message in old:
        if message.id and not message.string:
            _adopt(message, before)
    there = {_key(one) for one in old if one.id}
    old.obsolete = {key: one for key, one in old.obsolete.items() if one.string and _key(one) not in there}
    return write(old)


def missing(catalogue: Catalogue, flows: Mapping[str, Flow]) -> Iterator[Finding]:
    """L501 for what is not translated or only guessed; for entries that belong to nothing, a note."""
    known: set[Key] = set()
    for flow in flows.values():
        for place in places(flow.body):
            if place.key in known or catalogue.language in inline(flow, place.path, place.part):
                known.add(place.key)
                continue
            known.add(place.key)
            entry = catalogue.entries.get(place.key)
            if catalogue.words(place.key) is None:
                why = "only a guess" if entry and entry.words else "not translated"
                yield catalogue.finding(
                    place.key, "L501", "warning", f"{place.key[0]} is {why}",
                    "Translate it; what is marked fuzzy, read and unmark." if entry else "Run `flows po-update`.",
                )  # fmt: skip
    for key, entry in catalogue.entries.items():
        if key not in known and entry.words:
            yield catalogue.finding(
                key, "L501", "info", f"{key[0]} says this no longer, so its translation is not used",
                "Run `flows po-update`: it carries over what it can.",
            )  # fmt: skip


def _fresh(flows: Mapping[str, Flow], language: str | None, now: datetime) -> Catalog:
    catalog = empty(language, now)
    for flow in flows.values():
        for place in places(flow.body):
            if language is not None and language in inline(flow, place.path, place.part):
                continue
            slot = place.key[0].rsplit("/", 1)[1]
            note = KINDS[slot.split(".")[0]] + ONLY.get(slot.rsplit(".", 1)[-1] if "." in slot else "", "")
            catalog.add(place.key[1], "", context=place.key[0], auto_comments=[f"{flow.title}: {note}"])
    for message in catalog:
        message.flags -= {"python-format", "python-brace-format"}
    return catalog


def _adopt(message: Message, before: Mapping[Key, Message]) -> None:
    """Take over what was translated before: of this very place, of a renamed one, or as a guess of its former words."""
    context, words = _key(message)
    flow, _, slot = context.split("/", 2)
    same = before.get((context, words)) or next(
        (one for (other, source), one in before.items()
         if source == words and other.split("/", 2)[::2] == [flow, slot]), None,
    )  # fmt: skip
    if same is not None:
        message.string, message.flags = same.string, message.flags | (same.flags & {"fuzzy"})
        return
    former = [one for (other, _), one in before.items() if other == context]
    if len(former) == 1 and "/*/" not in context:
        message.string, message.previous_id = former[0].string, [str(former[0].id)]
        message.flags.add("fuzzy")


def _key(message: Message) -> Key:
    return message.context or "//", str(message.id)
