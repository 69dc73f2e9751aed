"""An imaginary world for one conversation: a clock, a contact, peers, stories, a team. Pure, no server, no network.

It does for a flow what the services do: it hands the engine what happens, carries out what a turn asks for, and
hands the answers back. The position is written down and read again after every turn, as it is between two texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows.checks.ways import StepCount
from flows.engine import effects, relay_texts, sentences, turns
from flows.engine.effects import ChooseStory, NoteListen
from flows.engine.inputs import (
    CaseOpened,
    HungUp,
    Input,
    NoStory,
    Pressed,
    Recorded,
    ReminderDue,
    Silent,
    Spoke,
    Started,
    StoryFound,
    Texted,
    TimedOut,
)
from flows.engine.position import Facts, Position, Turn
from flows.library import Library
from flows.model.text import Channel, Value
from flows.transcripts.format import Tale, TranscriptContact, TranscriptVolunteer
from flows.transcripts.people import Notes, Peers, Planned
from flows.words.keywords import GlobalWord


class StoryRotation:
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
                and tale.kind == wanted.rotation
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
        mine = (tale for tale in self.tales.values() if tale.kind == wanted.rotation)
        return not any(tale.language.split("-")[0] == wanted.language.split("-")[0] for tale in mine)

    def title(self, story: str) -> str:
        return self.tales[story].title if story in self.tales else story

    def note(self, listen: NoteListen) -> None:
        self.noted.append(listen)
        if listen.how == "started":
            self.heard.append(listen.story)


CUT_SHORT = timedelta(seconds=20)
"""What is on a recording that a hang-up ends."""

ROUNDS = 12
"""How often actions may answer within one turn; the services allow as many."""


@dataclass(frozen=True)
class SaidInWorld:
    """Something that we said. `aside`: the services said it, or it answers STOP; a transcript need not mention it."""

    text: str
    language: str
    aside: bool = False


@dataclass
class World:
    """Everything that a conversation touches. `said`: what we said since it was last taken; `ways`: those it took."""

    library: Library
    channel: Channel
    now: datetime
    line: str
    contact: TranscriptContact
    volunteers: tuple[TranscriptVolunteer, ...] = ()
    tales: tuple[Tale, ...] = ()
    team: str = "away"

    position: Position | None = None
    said: list[SaidInWorld] = field(default_factory=list)
    done: list[effects.Effect] = field(default_factory=list)
    recordings: int = 0
    timers: list[tuple[datetime, Input]] = field(default_factory=list)
    ways: set[StepCount] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.notes = Notes.about(self.contact)
        self.peers = Peers(self.volunteers, self.library.lines[self.line].relay.limit)
        self.rotation = StoryRotation(self.tales)

    def begin(self, flow: str | None = None, by: str = "contact") -> None:
        """The conversation begins: in that flow, or at the entrance of the line."""
        self._enter(flow)
        self.step(Started("us" if by == "us" else "contact"))

    def texts(self, body: str) -> None:
        """A text comes. While a peer is there it goes to them; with nothing open it opens a conversation."""
        word = turns.global_word(self.library, self.line, body, self.notes.language)
        word = relay_texts.obeyed(word, joined=self.peers.joined)
        ours = word is not None and word.kind in relay_texts.OBEYED_IN_A_RELAY
        if self.notes.opted_out and not ours:
            return
        if self.peers.open and (word is None or word.kind not in relay_texts.NOT_FOR_A_PEER):
            self._texts_in_relay(body, word, obeyed=ours)
            if not ours:
                return
        if self.position is None or self.position.ended is not None:
            self._enter(None)
        self.step(Texted(body))

    def _texts_in_relay(self, body: str, word: GlobalWord | None, *, obeyed: bool) -> None:
        """To the peer who is there; while they wait it may lead on, or is kept. `obeyed`: it is answered besides."""
        match relay_texts.meaning(self.library, self.line, body, word, joined=self.peers.joined):
            case "done":
                self.step(self.peers.closes(self.now))
            case "for their peer":
                self.peers.heard.append(body)
            case "waits":
                if not obeyed:
                    self.tell("relay_still")
            case left:
                self.peers.end()
                self.step(left.heard)

    def presses(self, keys: str) -> None:
        """Keys on a call; while they wait for a peer 0 asks to leave a message and * for the menu."""
        left = relay_texts.KEYS.get(keys)
        if not self.peers.waiting:
            self.step(Pressed(keys))
        elif left is None:
            self.tell("relay_still")
        else:
            self.peers.end()
            self.step(left.heard)

    def speaks(self, words: str) -> None:
        if self.peers.open:
            self.peers.heard.append(words)
        else:
            self.step(Spoke(words))

    def records(self, length: timedelta, *, hung_up: bool = False) -> None:
        """A recording of that length ends; `hung_up`: because the call did."""
        self.recordings += 1
        self.step(Recorded(f"recording-{self.recordings}", int(length.total_seconds()), hung_up))

    def keeps_silent(self) -> None:
        """Nothing is said: on a call until the wait is over, by text until the question's time is."""
        if self.peers.waiting:
            self.waits(self.peers.limit)
        elif self.channel == "voice" and self.position is not None and self.position.awaiting == "recording":
            self.records(timedelta())
        elif self.channel == "voice":
            self.step(Silent())
        elif self.timers:
            self.waits(self.timers[-1][0] - self.now)

    def hangs_up(self) -> None:
        """The call ends. By text there is nothing to hang up."""
        if self.channel != "voice":
            return
        self.peers.end()
        recording = self.position is not None and self.position.awaiting == "recording"
        self.step(HungUp())
        if recording:
            self.records(CUT_SHORT, hung_up=True)

    def breaks(self) -> None:
        """Something of ours fails: the engine finds itself at a step that the flow does not have."""
        if self.position is not None:
            self.position = replace(self.position, step="(broken)", awaiting="answer")
            self.step(Texted("...") if self.channel == "sms" else Silent())

    def waits(self, length: timedelta) -> None:
        """Time passes; what comes due on the way happens, in order."""
        until = self.now + length
        while (due := self._next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self._come_due(due)
        self.now = max(self.now, until)

    def peer(self, name: str, does: str) -> None:
        """A volunteer's move. Raises ValueError for one who is not on shift or is not being asked."""
        if does == "joins":
            self.peers.joins(name, self.now)
            self.tell("relay_joined")
            return
        answer = self.peers.moves(name, does, self.now)
        if does == "drops":
            self.tell("relay_lost")
        if answer is not None:
            self.step(answer)

    def peer_says(self, words: str) -> None:
        """The peer writes; it reaches the contact as it is."""
        self.said.append(SaidInWorld(words, self.notes.language or "en", aside=True))

    def take(self) -> tuple[SaidInWorld, ...]:
        """What was said since the last time."""
        taken, self.said = tuple(self.said), []
        return taken

    def tell(self, key: str, **placeholders: object) -> None:
        """A sentence of the services, said by the way."""
        languages = [
            self.position.language if self.position else self.notes.language or "en",
            *self.library.lines[self.line].languages,
        ]
        line = self.library.lines[self.line]
        names = {**sentences.line_names(line, line.name), **placeholders}
        words, language = sentences.sentence(self.library, key, languages, self.channel, names)
        self.said.append(SaidInWorld(words, language, aside=True))

    def facts(self) -> Facts:
        return self.notes.facts(self.now, self.line, self.library.lines[self.line].name)

    def variables(self) -> Mapping[str, Value]:
        """Variables of this conversation, and those kept with the contact."""
        return {**self.notes.kept, **(self.position.variables if self.position else {})}

    def _enter(self, flow: str | None) -> None:
        self.position = turns.enter(self.library, self.line, self.channel, self.facts(), flow=flow)
        self.notes.crisis = False
        self.timers = []

    def step(self, what: Input) -> None:
        """One turn of the contact's, with every action's answer."""
        answer: Input | None = what
        for _ in range(ROUNDS):
            if answer is None or self.position is None:
                return
            turn = turns.step(self.library, self.position, answer, self.facts())
            self.position = Position.from_json(json.loads(json.dumps(turn.position.to_json())))
            self.ways.update((way.flow, way.step, way.outcome) for way in turn.ways)
            self._set_timers(turn)
            answer = self._carry_out(turn)
        raise RuntimeError("the flow and its actions answer each other without end")

    def _carry_out(self, turn: Turn) -> Input | None:
        stopped = any(isinstance(effect, effects.OptOut) for effect in turn.effects)
        answer: Input | None = None
        for effect in turn.effects:
            self.done.append(effect)
            match effect:
                case effects.Say():
                    self.said.append(SaidInWorld(effect.text, effect.language, aside=stopped))
                    self.notes.first = False
                case effects.PlayBack():
                    self.said.append(SaidInWorld("(their recording)", turn.position.language))
                case effects.Play():
                    self.said.append(SaidInWorld(f"(the story {self.rotation.title(effect.story)!r})", effect.language))
                case effects.ConnectPeer() | effects.ChooseStory() | effects.OpenCase():
                    answer = self._answer(effect)
                case _:
                    self._note(effect)
        return answer

    def _answer(self, action: effects.ConnectPeer | effects.ChooseStory | effects.OpenCase) -> Input | None:
        match action:
            case effects.ChooseStory():
                return self.rotation.choose(action) or NoStory(self.rotation.is_empty(action))
            case effects.OpenCase():
                return CaseOpened(taken=self.team == "there")
            case effects.ConnectPeer():
                nobody = self.peers.ring(self.now)
                if nobody is None or nobody.reason == "no_answer":
                    self.tell("relay_wait", minutes=round(self.peers.limit / timedelta(minutes=1)))
                if nobody is not None and nobody.reason == "no_answer":
                    self.now += self.peers.limit
                return nobody

    def _note(self, effect: effects.Effect) -> None:
        match effect:
            case effects.NoteListen():
                self.rotation.note(effect)
            case effects.SendText():
                self.said.append(SaidInWorld(effect.text, effect.language))
            case effects.OptOut():
                self.peers.end()
            case _:
                pass
        self.notes.write(effect, self.now)

    def _set_timers(self, turn: Turn) -> None:
        number = turn.position.turn
        self.timers = []
        if turn.position.channel == "sms" and turn.position.ended is None:
            if turn.remind is not None:
                self.timers.append((self.now + turn.remind, ReminderDue(number)))
            if turn.wait is not None:
                self.timers.append((self.now + turn.wait, TimedOut(number)))

    def _next_due(self) -> datetime | None:
        idle = self.position is None or self.position.ended is not None
        waiting = [planned.due for planned in self.notes.follow_ups.values()] if idle else []
        return min([*(due for due, _ in self.timers[:1]), *self.peers.due(), *waiting], default=None)

    def _come_due(self, due: datetime) -> None:
        if due in self.peers.due():
            self.step(self.peers.limit_passed())
        elif self.timers and self.timers[0][0] == due:
            self.step(self.timers.pop(0)[1])
        else:
            planned = min(self.notes.follow_ups.values(), key=lambda up: up.due)
            del self.notes.follow_ups[planned.key]
            self._follow_up(planned)

    def _follow_up(self, planned: Planned) -> None:
        """Begin the flow, if its consent stands and they have not left."""
        flow = self.library.flows.get(planned.flow)
        agreed = flow is not None and (flow.needs_consent is None or self.notes.consents.get(flow.needs_consent, False))
        if not agreed or self.notes.opted_out or flow is None:
            return
        if "sms" in flow.channels:
            self.channel = "sms"
        self.begin(planned.flow, by="us")
