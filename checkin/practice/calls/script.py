"""One leg's script: ask the line, play what it answers, and so on until nothing follows."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from checkin.practice import answers, sounds
from checkin.practice.answers import Broken
from checkin.practice.callbacks import Callback
from checkin.practice.calls import life
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call, Moved, Rejected, Target
from checkin.practice.twiml.document import Verb
from checkin.practice.twiml.grammar import VOICE

MOST_SPINS = 100
APOLOGY = "We are sorry, an application error has occurred. Goodbye."

Perform = Callable[["Script", Verb], Target | None]


class LegHungUp(Exception):
    """The document says to hang up."""


class Script:
    """Plays documents on one call. verbs: how each verb is performed, handed in by what starts the call."""

    def __init__(
        self,
        exchange: Exchange,
        call: Call,
        verbs: dict[str, Perform],
        fallback: str = "",
        only: frozenset[str] | None = None,
    ) -> None:
        self.exchange = exchange
        self.call = call
        self.base = ""
        self._verbs = verbs
        self._fallback = fallback
        self._only = only
        self._spins = 0

    def run(self, target: Target | None) -> bool:
        """From here to the end. True when it ran out, False when it said to hang up. Raises Over and Rejected."""
        while target is not None:
            asked = target
            try:
                target = self._turn(asked)
            except Moved as moved:
                target = moved.target
            except LegHungUp:
                return False
            except Broken as problem:
                target = self._broken(problem, asked)
        return True

    def hear(self, how: str, seconds: float, **what: object) -> None:
        self._spins = 0
        self.exchange.log.add("heard", self.call.phone.id, self.call.sid, how=how, seconds=round(seconds, 1), **what)

    def waits(self) -> None:
        """The script came to something that takes the time of a person: it does not spin."""
        self._spins = 0

    def follow(self, url: str, method: str, params: dict[str, str]) -> Target:
        """The next request of this script. Raises Broken for an address that leads nowhere."""
        absolute = urljoin(self.base, url)
        if not absolute.startswith(("http://", "https://")):
            raise Broken(11100, f"{url!r} is relative, and this document came without an address of its own")
        return Target(absolute, method, params)

    def callback(self, verb: Verb, name: str, events: str) -> Callback | None:
        """Where receipts go that a verb asks for under this name. events: those that are meant where it names none."""
        where = verb.get(name)
        if not where:
            return None
        wanted = frozenset(verb.get(f"{name}Event", events).split())
        return Callback(urljoin(self.base, where), verb.get(f"{name}Method", "POST"), wanted)

    def tell(self, target: Target) -> None:
        """Make a request whose answer is not played: the call is over already."""
        told = life.params(self.exchange, self.call, "completed") | target.params
        self.exchange.webhooks.ask("voice", self.call.sid, target.url, told, target.method)

    def _turn(self, target: Target) -> Target | None:
        self._spins += 1
        if self._spins > MOST_SPINS:
            raise Broken(12400, f"{MOST_SPINS} documents in a row without a word or a wait: they lead in a circle")
        play = self._fetch(target)
        self.call.look_up()
        self.base = play.base
        self._pick_up(play)
        if play.audio is not None or play.words is not None:
            self._sound(play)
            return None
        for verb in play.document.children if play.document else ():
            perform = self._verbs.get(verb.name)
            if perform is None or (self._only is not None and verb.name not in self._only):
                self.exchange.refusals.add(12200, f"<{verb.name}> is not played here", self.call.sid, self.base)
                continue
            following = perform(self, verb)
            if following is not None:
                return following
        return None

    def _pick_up(self, play: answers.PlayAudio) -> None:
        """An incoming call is answered by its first document, unless that rejects it."""
        verbs = play.document.children if play.document else ()
        rejected = bool(verbs) and verbs[0].name == "Reject"
        if self.call.direction == "inbound" and self.call.answered_at is None and not rejected:
            life.picked_up(self.exchange, self.call)

    def _fetch(self, target: Target) -> answers.PlayAudio:
        sid = self.call.sid
        if target.twiml is not None:
            document = answers.checked(self.exchange, target.twiml, sid, "the Twiml parameter", VOICE, self._only)
            return answers.PlayAudio("", document=document)
        told = life.params(self.exchange, self.call) | target.params
        answer = self.exchange.webhooks.ask("voice", sid, target.url, told, target.method)
        return answers.understand(self.exchange, answer, sid, VOICE, self._only)

    def _sound(self, play: answers.PlayAudio) -> None:
        if play.audio is not None:
            seconds = sounds.length(play.audio) or 0.0
            self.hear("play", seconds, url=play.base)
        else:
            seconds = sounds.speaking_time(play.words or "")
            self.hear("say", seconds, text=play.words or "", language="", plain=True)
        self.call.wait(seconds)

    def _broken(self, problem: Broken, target: Target) -> Target | None:
        """The fallback address, once; then Twilio's apology and the end."""
        where = target.url or "the Twiml parameter"
        self.exchange.refusals.add(problem.code, problem.why, self.call.sid, where)
        self.call.look_up()
        if self._fallback and target.url != self._fallback:
            return Target(self._fallback, "POST", {"ErrorCode": str(problem.code), "ErrorUrl": target.url})
        self.hear("error", sounds.speaking_time(APOLOGY), text=APOLOGY, language="en-US")
        try:
            self.call.wait(sounds.speaking_time(APOLOGY))
        except Moved as moved:
            return moved.target
        return None


def redirect(script: Script, verb: Verb) -> Target:
    """Go on elsewhere; an empty address is this document's own."""
    return script.follow(verb.text or script.base, verb.get("method", "POST"), {})


def hangup(script: Script, verb: Verb) -> None:
    """End the call."""
    raise LegHungUp


def reject(script: Script, verb: Verb) -> None:
    """Don't take the call; only as the first thing of an incoming one. Otherwise it is a hang-up (assumed)."""
    if script.call.direction != "inbound" or script.call.answered_at is not None:
        raise LegHungUp
    raise Rejected("busy" if verb.get("reason") == "busy" else "no-answer")
