"""Lines apart, where several share an installation: nobody changes on a page what another line says, or borrows it.

Flows are files, and lines may lead to the same one. Such a flow is read on the pages of each of them and changed at the
terminal, by whoever looks after the whole installation; one to which only other lines lead is on no page of this one.
"""

from __future__ import annotations

from collections.abc import Mapping

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.stories.tellers.yearly_consent import FLOW
from flows.library import Library
from flows.model.flow import Flow
from flows.references import lines_of

EVERY_LINE = (FLOW,)
"""Flows that we begin ourselves, on every line."""


def others(uow: UnitOfWork, line: str, flow: str) -> tuple[str, ...]:
    """The names of the other lines that lead to this flow, in the order of lines.yaml."""
    whose = _whose(uow.library).get(flow, frozenset())
    return tuple(other.name or key for key, other in uow.library.lines.items() if key in whose and key != line)


def of_others(uow: UnitOfWork, line: str) -> frozenset[str]:
    """The flows that other lines lead to, too, or alone: what belongs to them is not changed on this line's pages."""
    return frozenset(name for name, keys in _whose(uow.library).items() if keys - {line})


def is_hidden(uow: UnitOfWork, line: str, flow: str) -> bool:
    """Whether only other lines lead to this flow."""
    return _only_others(_whose(uow.library), line, flow)


def keep_apart(uow: UnitOfWork, line: str, flow: Flow) -> None:
    """Raises UserError when this line, once this version is live, would lead to what only other lines lead to now."""
    if len(uow.library.lines) == 1:
        return
    now, then = _whose(uow.library), _whose(uow.library.with_current([flow]))
    borrowed = sorted(name for name, keys in then.items() if line in keys and _only_others(now, line, name))
    if borrowed:
        raise UserError(
            "it leads to %(flow)s, which belongs to another line: copy the parts you need", flow=borrowed[0]
        )


def _only_others(whose: Mapping[str, frozenset[str]], line: str, flow: str) -> bool:
    return bool(whose.get(flow)) and line not in whose[flow]


def _whose(library: Library) -> Mapping[str, frozenset[str]]:
    return lines_of(library, EVERY_LINE) if len(library.lines) > 1 else {}
