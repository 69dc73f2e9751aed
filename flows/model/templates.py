"""Holes and conditions in flows: python-liquid, cut down to `if`, `unless` and a few filters, strict and bounded.

The dialect is Twilio Studio's too, so people know it. An unknown name is an error, a value that is not there
yet is empty. Nothing can loop, read the clock or reach outside the names it is given. The library is loaded with the
first words that have something to fill in: with what it brings along it takes as long to load as Flask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from flows.model.template_filters import FILTERS, IN_A_LANGUAGE

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment
    from liquid.ast import Node
    from liquid.builtin.expressions import Path
    from liquid.exceptions import LiquidError

LONGEST_SOURCE = 2000
LONGEST_CONDITION = 300
LONGEST_OUTPUT = 2000

_TAGS = frozenset({"if", "unless", "content", "output", "illegal"})
_KEPT_FILTERS = frozenset(
    {"default", "upcase", "downcase", "capitalize", "strip", "truncate", "plus", "minus", "size", "join"}
)


class TemplateError(ValueError):
    """A template or condition that does not parse or cannot be filled in. Line and column count within its source."""

    def __init__(self, text: str, line: int = 1, column: int = 1) -> None:
        super().__init__(text)
        self.line = line
        self.column = column


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """What reads templates here: no more of python-liquid than there is to be."""
    from liquid import Environment, StrictUndefined
    from liquid.filter import with_context

    class Small(Environment):
        block_nesting_limit: ClassVar[int] = 8
        context_depth_limit: ClassVar[int] = 10
        loop_iteration_limit: ClassVar[int | None] = 1
        local_namespace_limit: ClassVar[int | None] = 1000
        output_stream_limit: ClassVar[int | None] = LONGEST_OUTPUT

        def setup_tags_and_filters(self, *, extra: bool = False) -> None:
            super().setup_tags_and_filters(extra=False)
            # The internal `illegal` tag must stay: without it every template breaks.
            self.tags = {name: tag for name, tag in self.tags.items() if name in _TAGS}
            self.filters = {name: function for name, function in self.filters.items() if name in _KEPT_FILTERS}
            self.filters.update(FILTERS | {name: with_context(FILTERS[name]) for name in IN_A_LANGUAGE})

    return Small(undefined=StrictUndefined)


_NO_CLOCK = {"now": None, "today": None}
"""python-liquid knows these by itself, and would read the clock."""

_PLACEHOLDER = re.compile(r"{{.*?}}|{%.*?%}", re.S)


def has_holes(source: str) -> bool:
    """Whether there is anything to fill in."""
    return "{{" in source or "{%" in source


def has_words(source: str) -> bool:
    """Whether anything is left to say, and to translate, beside the placeholders."""
    return bool(_PLACEHOLDER.sub("", source).strip())


@lru_cache(maxsize=20_000)
def compiled(source: str) -> BoundTemplate:
    """The template of `source`. Raises TemplateError."""
    if len(source) > LONGEST_SOURCE:
        raise TemplateError(f"the words are longer than {LONGEST_SOURCE} characters")
    from liquid.exceptions import LiquidError

    environment = _environment()
    try:
        template = environment.from_string(source)
    except LiquidError as error:
        raise _told(error) from None
    for name, spans in template.analyze().filters.items():
        if name not in environment.filters:
            raise TemplateError(f"there's no filter {name!r}", *_place(source, spans[0].index))
    return template


@lru_cache(maxsize=20_000)
def compiled_condition(source: str) -> BoundTemplate:
    """The template that says `1` if the condition `source` holds. Raises TemplateError."""
    if len(source) > LONGEST_CONDITION:
        raise TemplateError(f"the condition is longer than {LONGEST_CONDITION} characters")
    if "{" in source or "%" in source or not source.strip():
        raise TemplateError("a condition is a comparison like `mood <= 2`, without braces or percent signs")
    return compiled("{% if " + source + " %}1{% endif %}")


def render(source: str, names: Mapping[str, Any]) -> str:
    """`source` with its placeholders filled from `names`. Raises TemplateError."""
    if not has_holes(source):
        return source
    return _filled(compiled(source), names)


def holds(source: str, names: Mapping[str, Any]) -> bool:
    """Whether the condition `source` holds. Raises TemplateError."""
    return _filled(compiled_condition(source), names) == "1"


def check(source: str, *, condition: bool = False) -> TemplateError | None:
    """What is wrong with the source of a text or condition, or None."""
    if not condition and not has_holes(source) and len(source) <= LONGEST_SOURCE:
        return None  # most sentences: nothing in them to parse
    try:
        compiled_condition(source) if condition else compiled(source)
    except TemplateError as error:
        return error
    return None


@dataclass(frozen=True)
class Used:
    """A name that a source uses: its path, and where."""

    path: tuple[str, ...]
    line: int
    column: int


def used(source: str, *, condition: bool = False) -> tuple[Used, ...]:
    """Every name in a text or condition, in order. Raises TemplateError if it does not parse."""
    if not condition and not has_holes(source):
        return ()
    template = compiled_condition(source) if condition else compiled(source)
    whole = str(template.nodes[0].token.source) if template.nodes else source
    shift = whole.find(source) if condition else 0
    return tuple(
        Used(tuple(map(str, path.path)), *_place(source, path.token.start_index - shift))
        for path in _paths(template.nodes)
    )


@lru_cache(maxsize=20_000)
def placeholders(source: str) -> frozenset[str]:
    """The names that are filled in, by their dotted path. Raises TemplateError."""
    if not has_holes(source):
        return frozenset()
    found = compiled(source).analyze().variables.values()
    return frozenset(".".join(map(str, message.segments)) for several in found for message in several)


def _paths(nodes: Iterable[Node]) -> Iterator[Path]:
    from liquid import RenderContext
    from liquid.builtin.expressions import Path

    no_context = RenderContext(_environment().from_string(""))
    for node in nodes:
        waiting = list(node.expressions())
        while waiting:
            expression = waiting.pop(0)
            if isinstance(expression, Path):
                yield expression
            waiting[:0] = expression.children()
        yield from _paths(node.children(no_context))


def _place(source: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character of `source`."""
    before = source[: max(index, 0)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _filled(template: BoundTemplate, names: Mapping[str, Any]) -> str:
    from liquid.exceptions import LiquidError

    try:
        return template.render({**_NO_CLOCK, **names})
    except LiquidError as error:
        raise _told(error) from None
    except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise TemplateError(f"it can't be filled in: {type(error).__name__}") from None


def _told(error: LiquidError) -> TemplateError:
    """The fault without the words around it: those may be somebody's."""
    try:
        place = error.context()
    except ValueError:
        place = None
    line, column = (place[0], place[1] + 1) if place else (1, 1)
    return TemplateError(str(error.message or "it doesn't parse"), line, column)
