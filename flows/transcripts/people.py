"""The people of the imaginary world: what is known of its contact, and its volunteers, who are asked and join."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.engine import effects
from flows.engine.inputs import Input, NoPeer, PeerLeft
from flows.engine.position import Facts
from flows.model.text import Value
from flows.transcripts.format import TranscriptContact, TranscriptVolunteer


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


TALK = timedelta(minutes=10)
LOST = timedelta(seconds=5)


class Peers:
    """Volunteers on shift, and the one relay there can be. `heard` is what the contact said to their peer."""

    def __init__(self, volunteers: tuple[TranscriptVolunteer, ...], limit: timedelta) -> None:
        self.does = {volunteer.name: volunteer.does for volunteer in volunteers}
        self.limit = limit
        self.heard: list[str] = []
        self.asked: set[str] = set()
        self.since: datetime | None = None
        self.with_: str | None = None

    @property
    def waiting(self) -> bool:
        return self.since is not None and self.with_ is None

    @property
    def joined(self) -> bool:
        return self.with_ is not None

    @property
    def open(self) -> bool:
        """Either."""
        return self.since is not None

    def ring(self, now: datetime) -> NoPeer | None:
        """Ask everyone who is free. Answers why nobody will come, if that is clear at once."""
        if not self.does:
            return NoPeer("closed")
        if all(does == "busy" for does in self.does.values()):
            return NoPeer("busy")
        self.asked = {name for name, does in self.does.items() if does == "answer"}
        if not self.asked:
            return NoPeer("no_answer")
        self.since, self.with_ = now, None
        return None

    def joins(self, name: str, now: datetime) -> None:
        """They take it. Raises ValueError."""
        self._known(name)
        if not self.waiting or name not in self.asked:
            raise ValueError(f"{name} can't join: nobody is waiting, or {name} isn't asked")
        self.since, self.with_ = now, name

    def moves(self, name: str, does: str, now: datetime) -> Input | None:
        """`declines`, `ignores`, `drops` or `closes`. Answers what the flow hears of it. Raises ValueError."""
        self._known(name)
        if does in ("drops", "closes"):
            if self.with_ != name:
                raise ValueError(f"{name} isn't in a conversation")
            return self.closes(now, LOST if does == "drops" else TALK)
        self.asked.discard(name)
        return None if self.asked or not self.waiting else self.limit_passed()

    def closes(self, now: datetime, length: timedelta = TALK) -> PeerLeft:
        self.end()
        return PeerLeft(int(length.total_seconds()))

    def limit_passed(self) -> NoPeer:
        self.end()
        return NoPeer("no_answer")

    def end(self) -> None:
        """Nobody waits and nobody talks any more."""
        self.since = self.with_ = None
        self.asked = set()

    def due(self) -> tuple[datetime, ...]:
        """When the wait is over, if somebody waits."""
        return (self.since + self.limit,) if self.since is not None and self.with_ is None else ()

    def _known(self, name: str) -> None:
        if name not in self.does:
            raise ValueError(f"{name} isn't one of the peers in this conversation")
