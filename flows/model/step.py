"""What every step of a flow may carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, Strict, model_validator

from flows.engine.position import Channel
from flows.model.durations import Duration
from flows.model.text import Shape

Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]
Target = Annotated[str, Field(pattern=r"^(@[0-9]+|[A-Za-z_][A-Za-z0-9_]{0,59})$")]
Window = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")]
Key = Annotated[
    str, BeforeValidator(lambda key: str(key) if type(key) is int else key), Field(pattern=r"^[0-9*#]{1,4}$")
]
Plain = str | Annotated[bool, Strict()] | Annotated[int, Strict()] | None


class PerChannel(Shape):
    """A value for each channel: `20h`, or `{sms: 20h, voice: 8s}`."""

    sms: Duration | None = None
    voice: Duration | None = None

    @model_validator(mode="before")
    @classmethod
    def _both(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"sms": value, "voice": value}


class StepShape(Shape):
    """What every step may carry. `id` is given to a step that has none: `@` and its place in the list."""

    verb: ClassVar[str]
    required: ClassVar[frozenset[str]] = frozenset()
    possible: ClassVar[frozenset[str]] = frozenset()

    id: Target
    to: Target | None = None
    note: str | None = None
    then: Mapping[str, Target] = {}

    @property
    def named(self) -> bool:
        """Whether the author gave it an id."""
        return not self.id.startswith("@")

    def required_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Outcomes that must be named in `then` in a flow for these channels."""
        return self.required

    def possible_outcomes(self, channels: tuple[Channel, ...]) -> frozenset[str]:
        """Outcomes that may be named in `then`."""
        return self.required | self.possible
