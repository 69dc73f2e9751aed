"""`flow`: run another flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from flows.engine.position import Frame
from flows.engine.run import DEEPEST, Fault, Run
from flows.engine.step import Step
from flows.model.step import LEAVES, ONWARD, Exit, Flag, Mention, Name, Plain
from flows.model.text import Channel, Path


class SubFlow(Step):
    """Run another flow; with `back: false` it takes this one's place."""

    verb = "flow"
    fill = "#eeeeee"
    wants_someone = True
    keeps = True
    risk = "always"
    possible = frozenset({"finished", "stopped"})
    flow: Name
    give: Mapping[Name, Plain] = Field(default={}, alias="with")
    back: Flag = True

    def enter(self, run: Run) -> str | None:
        """Into another flow; with `back` its end comes back here. Raises Fault when too deep or going round."""
        flow = run.library.flows.get(self.flow) or run.library.resting.get(self.flow)
        if flow is None or run.channel not in flow.channels:
            raise Fault("no_flow", "the sub-flow doesn't exist, or isn't for this channel")
        run.went(self.id, ONWARD)
        for name, value in self.give.items():
            run.variables[name] = run.fill(value) if isinstance(value, str) else value
        if self.back:
            here = run.now_flow
            if len(run.stack) >= DEEPEST or flow.name in {here.name, *(frame.flow for frame in run.stack)}:
                raise Fault("depth", "sub-flows go too deep, or round")
            run.stack.append(Frame(here.name, here.hash, self.id))
        run.flow = flow
        return flow.steps[0].id

    @property
    def waits(self) -> bool:
        """The other flow asks, as far as this one knows."""
        return self.back

    def exits(self, channels: tuple[Channel, ...], onward: str) -> Iterator[Exit]:
        if self.back:
            yield from self.named_exits(channels, onward)
        else:
            yield Exit(self.id, "flow", LEAVES)

    def mentions(self) -> Iterator[Mention]:
        yield Mention("runs" if self.back else "becomes", ("flow",), self.flow)

    def hands(self) -> frozenset[str]:
        return frozenset(self.give)

    def formulas(self) -> Iterator[tuple[Path, str, bool]]:
        yield from ((("with", name), value, False) for name, value in self.give.items() if isinstance(value, str))

    def box(self, language: str) -> str:
        return f"{'run' if self.back else 'go to'} {self.flow}"

    def sentence(self, language: str) -> str:
        return f"We {'run' if self.back else 'go on in'} the flow {self.flow}."
