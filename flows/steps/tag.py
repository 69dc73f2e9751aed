"""`tag`: put tags on the contact, and take them off."""

from __future__ import annotations

from flows.engine import effects
from flows.engine.run import Run
from flows.engine.step import Step
from flows.model.text import Shape


class TagPart(Shape):
    """Tags to put on the contact and to take off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class TagStep(Step):
    """Tag the contact."""

    verb = "tag"
    quick = True
    tag: TagPart

    def enter(self, run: Run) -> str | None:
        run.emit(effects.Tag(self.tag.add, self.tag.remove))
        return run.after(self)

    def tags(self) -> tuple[str, ...]:
        return self.tag.add

    def shown_to_team(self) -> tuple[str, ...]:
        return self.tag.add

    def box(self, language: str) -> str:
        return " ".join([*(f"+{tag}" for tag in self.tag.add), *(f"-{tag}" for tag in self.tag.remove)])

    def sentence(self, language: str) -> str:
        added = [f"tag them {tag}" for tag in self.tag.add] + [f"take the tag {tag} off" for tag in self.tag.remove]
        return f"We {' and '.join(added)}."
