"""The stories of the imaginary world."""

from __future__ import annotations

from flows.engine.effects import ChooseStory, NoteListen
from flows.engine.inputs import StoryFound
from flows.transcripts.format import Tale


class Shelf:
    """Stories that can be told, in order, which of them were chosen, and which this contact has heard."""

    def __init__(self, tales: tuple[Tale, ...]) -> None:
        self.tales = {f"story-{number}": tale for number, tale in enumerate(tales, 1)}
        self.heard: list[str] = []
        self.chosen: set[str] = set()
        self.noted: list[NoteListen] = []

    def choose(self, wanted: ChooseStory) -> StoryFound | None:
        """The first that fits the topic and the language; heard ones only where the step does not mind."""
        for key, tale in self.tales.items():
            fits = (
                wanted.topic in (None, "any", tale.topic)
                and tale.kind == wanted.shelf
                and (wanted.pick != "unfinished" or tale.reached > 0)
                and tale.language.split("-")[0] == wanted.language.split("-")[0]
            )
            known = key in wanted.not_again or (wanted.pick == "unheard" and key in self.heard)
            if fits and not known:
                self.chosen.add(key)
                reached = tale.reached if wanted.pick == "unfinished" else 0.0
                return StoryFound(key, tale.title, tale.transcript, tale.note, tale.seconds, tale.language, reached)
        return None

    def is_empty(self, wanted: ChooseStory) -> bool:
        """Whether there is none at all in this language, whatever its topic, and heard or not."""
        mine = (tale for tale in self.tales.values() if tale.kind == wanted.shelf)
        return not any(tale.language.split("-")[0] == wanted.language.split("-")[0] for tale in mine)

    def title(self, story: str) -> str:
        """What a story is called."""
        return self.tales[story].title if story in self.tales else story

    def note(self, listen: NoteListen) -> None:
        """Remember how it went."""
        self.noted.append(listen)
        if listen.how == "started":
            self.heard.append(listen.story)
