"""A reply as TwiML for a call. Whatever is said, the document never runs off its end while somebody should be heard."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from checkin.core.reply import Reply, RoomLeft, Then, WaitTick
from checkin.telephony.addresses import Addresses
from checkin.telephony.plain import aloud, shortened
from checkin.telephony.voices import voice_for
from flows.engine.effects import Ask, HangUp, Hold, Join, Play, PlayBack, Record, Say

LONGEST_SAY = 2900
"""Characters in one <Say>: Polly takes 3000 (error 13520)."""

MOST_WORDS = 12_000
"""Characters said in one document. As XML they stay under Twilio's 64 kB (error 11750) whatever letters they are."""

SILENCE_ENDS_RECORDING = timedelta(seconds=10)
"""How long somebody may pause while they record: people who tell something hard stop to breathe."""

AFTER_PLAYING = timedelta(seconds=3)
"""How long keys are still taken after a story that no question follows."""

IN_A_ROOM = 3
"""A contact, a volunteer and a lead. Nobody else can come: the room's name is secret, and each leg is placed by us."""

_MOST_HINTS = 100
_LONGEST_HINT = 100

Heard = Say | Play | PlayBack


def render(reply: Reply, addresses: Addresses, voices: Mapping[str, str] | None = None) -> str:
    """TwiML that says `reply` on a call.

    What is said before an Ask goes inside its <Gather>, so that keys and words interrupt it. After an Ask or a Record
    silence is sent on to the same turn, marked as silence. An Ask, Record, Hold, Join or HangUp ends the
    document: what would follow cannot be reached and is left out. A reply that nobody waits for ends with a <Hangup>.
    voices: those that the line has chosen itself, by language.
    """
    page = _Page(VoiceResponse(), addresses, voices or {}, MOST_WORDS)
    said: list[Heard] = []
    for part in reply.spoken:
        if isinstance(part, Heard):
            said.append(part)
        else:
            page.end(part, said, reply.then)
            return str(page.document.to_xml())
    page.fade(said, reply.then)
    return str(page.document.to_xml())


def announcement(reply: Reply, addresses: Addresses, voices: Mapping[str, str] | None = None) -> str:
    """TwiML that is spoken into a room: words alone, since nobody there is asked anything and no call ends by it."""
    page = _Page(VoiceResponse(), addresses, voices or {}, MOST_WORDS)
    page.words([part for part in reply.spoken if isinstance(part, Heard)])
    return str(page.document.to_xml())


@dataclass
class _Page:
    """One document while it is written. letters: how many characters may still be said."""

    document: VoiceResponse
    addresses: Addresses
    voices: Mapping[str, str]
    letters: int

    def end(self, part: Ask | Record | Hold | Join | HangUp, said: list[Heard], then: Then | None) -> None:
        """The last thing of the document, after (or around) what is said."""
        match part:
            case Ask() if then:
                self._ask(part, said, then)
            case Record() if then:
                self._say(self.document, said)
                self._record(part, then)
            case Hold(relay):
                self._say(self.document, said)
                self.document.redirect(self.addresses.of(WaitTick(relay, 0)), method="POST")
            case Join():
                self._say(self.document, said)
                self._join(part)
            case HangUp() | Ask() | Record():
                self._say(self.document, said)
                self.document.hangup()
            case _:
                assert_never(part)

    def words(self, said: list[Heard]) -> None:
        self._say(self.document, said)

    def fade(self, said: list[Heard], then: Then | None) -> None:
        """Only sounds, and nothing that ends the document: go on by itself, or hang up."""
        if then is None:
            self._say(self.document, said)
            self.document.hangup()
            return
        if any(isinstance(part, Play) for part in said):
            keys = self.document.gather(
                input="dtmf",
                action=self.addresses.of(then),
                method="POST",
                timeout=_seconds(AFTER_PLAYING),
                num_digits=1,
                finish_on_key="",
            )
            self._say(keys, said)
        elif said:
            self._say(self.document, said)
        else:
            self.document.pause(length=1)  # else an empty reply would chase itself without a breath
        self.document.redirect(self.addresses.silence(then), method="POST")

    def _ask(self, ask: Ask, said: list[Heard], then: Then) -> None:
        gather = self.document.gather(
            input="dtmf speech" if ask.speech else "dtmf",
            action=self.addresses.of(then),
            method="POST",
            timeout=_seconds(ask.wait),
            num_digits=ask.digits,
            finish_on_key=ask.finish_on,
            language=voice_for(ask.language).language if ask.speech else None,
            speech_timeout="auto" if ask.speech else None,
            profanity_filter=False if ask.speech else None,
            hints=_hints(ask.hints) if ask.speech else None,
        )
        self._say(gather, said)
        self.document.redirect(self.addresses.silence(then), method="POST")

    def _record(self, record: Record, then: Then) -> None:
        self.document.record(
            action=self.addresses.of(then),
            method="POST",
            max_length=_seconds(record.longest),
            timeout=_seconds(SILENCE_ENDS_RECORDING),
            finish_on_key=record.finish_on,
            play_beep=True,
            recording_status_callback=self.addresses.recordings(),
            recording_status_callback_method="POST",
            recording_status_callback_event="completed absent",
        )
        # An empty recording has no action: the document simply goes on here.
        self.document.redirect(self.addresses.silence(then), method="POST")

    def _join(self, join: Join) -> None:
        """The room of relay.md 7: nobody is recorded, no beep, no foreign music, and no number: nothing is dialed.

        What concerns the room stands the same on each leg: the network takes it from whoever comes first.
        """
        dial: Dial = self.document.dial(
            action=self.addresses.of(RoomLeft(join.relay, join.side)),
            method="POST",
            time_limit=_seconds(join.longest),
        )
        dial.conference(
            join.room,
            beep="false",
            start_conference_on_enter=True,
            end_conference_on_exit=join.side != "lead",
            max_participants=IN_A_ROOM,
            wait_url="",
            record="do-not-record",
            status_callback=self.addresses.room(join.relay),
            status_callback_event="start end join leave announcement",
            status_callback_method="POST",
        )

    def _say(self, parent: VoiceResponse | Gather, said: list[Heard]) -> None:
        for part in said:
            match part:
                case Say(clip=str(clip)):
                    parent.play(self.addresses.clip(clip))
                case Say(text, language):
                    voice = voice_for(language, self.voices)
                    for words in self._spell(text):
                        parent.say(words, voice=voice.name, language=voice.language)
                case Play(story, begin=begin):
                    parent.play(self.addresses.story(story, begin))
                case PlayBack(recording):
                    parent.play(self.addresses.recording(recording))
                case _:
                    assert_never(part)

    def _spell(self, text: str) -> Iterator[str]:
        words = shortened(aloud(text), self.letters)
        self.letters -= len(words)
        while words:
            piece = shortened(words, LONGEST_SAY)
            yield piece
            words = words[len(piece) :].lstrip()


def _seconds(length: timedelta) -> int:
    """Whole seconds, rounded up, at least one: the network takes no others."""
    return max(1, math.ceil(length.total_seconds()))


def _hints(hints: tuple[str, ...]) -> str | None:
    """Words that are likely, as Twilio takes them: with commas between."""
    said = (aloud(hint.replace(",", " "))[:_LONGEST_HINT] for hint in hints[:_MOST_HINTS])
    return ",".join(hint for hint in said if hint) or None
