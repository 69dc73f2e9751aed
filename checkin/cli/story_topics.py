"""The help of commands that take a topic names the topics that the menus of this line offer."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from typer.core import TyperCommand, TyperOption

from checkin.cli.flow_folder import folder_of
from checkin.stories.topics import menu_topics
from flows.loading import load
from flows.model.findings import FlowError


class WithTopics(TyperCommand):
    """A command with an option --topic; the flows are read when its help is asked for, and only then."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help; without the topics where the flows cannot be read, which `checkin flows check` explains."""
        with suppress(FlowError, OSError):
            menu = ", ".join(menu_topics(load(folder_of(None))))
            for option in self.params:
                if isinstance(option, TyperOption) and option.name == "topic":
                    option.help = f"{option.help} The menus offer: {menu}."
        super().format_help(ctx, formatter)
