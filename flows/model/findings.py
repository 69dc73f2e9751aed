"""What is wrong with a definition, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, order=True)
class Finding:
    """One remark about one place. `line` and `column` count from 1; `hint` says what to do about it."""

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    text: str
    hint: str = ""

    def __str__(self) -> str:
        """`file:line:column CODE severity text`, and the hint on a line of its own."""
        head = f"{self.file}:{self.line}:{self.column} {self.code} {self.severity} {self.text}"
        return f"{head}\n    {self.hint}" if self.hint else head


class FlowError(Exception):
    """The definitions cannot be used. `findings` holds every error that was seen, the first one leading the text."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(map(str, self.findings)) or "the definitions can't be used")


_WORST = {"error": 0, "warning": 1, "info": 2}


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """What stops a flow from running, then warnings, then notes; alike ones stay in their order."""
    return sorted(findings, key=lambda finding: _WORST[finding.severity])


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a flow from running, in the order of the file."""
    return tuple(sorted(finding for finding in findings if finding.severity == "error"))
