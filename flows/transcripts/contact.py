"""What the imaginary world knows about its contact, and what a conversation changed of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.engine import effects
from flows.engine.position import Facts
from flows.model.text import Value
from flows.transcripts.format import TranscriptContact


@dataclass(frozen=True)
class Planned:
    """A follow-up that is waiting for its time."""

    flow: str
    key: str
    due: datetime


@dataclass
class Notes:
    """One contact. `consents` are given or refused; a crisis is of this conversation only."""

    language: str | None = None
    name: str | None = None
    can_text: bool = True
    first: bool = False
    consents: dict[str, bool] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    kept: dict[str, Value] = field(default_factory=dict)
    follow_ups: dict[str, Planned] = field(default_factory=dict)
    opted_out: bool = False
    crisis: bool = False

    @staticmethod
    def about(contact: TranscriptContact) -> Notes:
        """What a transcript tells about its contact."""
        return Notes(
            contact.language, contact.name, contact.can_text, contact.first,
            dict.fromkeys(contact.consent, True), set(contact.tags), dict(contact.kept),
        )  # fmt: skip

    def facts(self, now: datetime, line: str, org_name: str) -> Facts:
        """What the engine is told of it at this moment."""
        return Facts(
            now=now,
            line=line,
            org_name=org_name,
            first_contact=self.first,
            contact_name=self.name,
            contact_language=self.language,
            consents=frozenset(name for name, given in self.consents.items() if given),
            tags=frozenset(self.tags),
            kept=dict(self.kept),
            can_text=self.can_text,
            crisis=self.crisis,
        )

    def write(self, effect: effects.Effect, now: datetime) -> None:
        """Write down a action that changes what is known; others change nothing here."""
        match effect:
            case effects.ScheduleFollowUp():
                due = effect.at or now + (effect.after or timedelta())
                self.follow_ups[effect.key] = Planned(effect.flow, effect.key, due)
            case effects.BeginPlan():
                self.follow_ups[effect.plan] = Planned(effect.flow, effect.plan, now + effect.after)
            case effects.CancelFollowUp():
                self.follow_ups.pop(effect.key, None)
            case effects.SaveAnswer():
                self.kept[effect.name] = effect.value
            case effects.SaveConsent():
                self.consents[effect.name] = effect.given
            case effects.SaveContact():
                self.language = effect.value if effect.field == "language" else self.language
                self.name = effect.value if effect.field == "name" else self.name
            case effects.Tag():
                self.tags = (self.tags | set(effect.add)) - set(effect.remove)
            case effects.RaiseAlert():
                self.crisis = self.crisis or effect.kind == "crisis"
            case effects.OptOut() | effects.OptIn():
                self._texts(wanted=isinstance(effect, effects.OptIn))
            case effects.Forget():
                self.name, self.consents, self.tags, self.kept, self.follow_ups = None, {}, set(), {}, {}
            case _:
                pass

    def _texts(self, *, wanted: bool) -> None:
        self.opted_out = not wanted
        if not wanted:
            self.follow_ups = {}
            self.consents = dict.fromkeys(self.consents, False)
