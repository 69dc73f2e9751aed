"""What the owner of a phone does. Where the line must listen first, it is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from checkin.practice import sounds
from checkin.practice.calls import rooms
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call, PhoneState

Test = Callable[[Call], bool]


class NotPossible(Exception):
    """Not now: nobody calls, nobody listens, the call is over. Says which."""


def press(exchange: Exchange, phone: PhoneState, keys: str, wait: float) -> None:
    """Press keys, each when the line listens for keys."""
    for key in keys:
        if key not in "0123456789*#":
            raise NotPossible(f"there is no key {key!r}; there are 0-9, * and #")
        with exchange.lock:
            call = _when(exchange, phone, wait, _takes_keys, "listens for keys")
            assert call.asking is not None
            exchange.log.add("pressed", phone.id, call.sid, key=key)
            call.asking.press(key)
            call.wake()


def say(exchange: Exchange, phone: PhoneState, words: str, wait: float) -> None:
    """Speak: to a Gather that takes words, onto a Record, or to the others in the room."""
    with exchange.lock:
        call = _when(exchange, phone, wait, _hears_words, "listens for words")
        exchange.log.add("said", phone.id, call.sid, text=words)
        if call.room is not None:
            rooms.speak(exchange, call, words, sounds.speaking_time(words))
            return
        asking = call.asking
        assert asking is not None
        if asking.kind == "gather":
            asking.say(words)
            call.wake()
            return
    sound = sounds.spoken(words)
    with exchange.lock:
        asking.record(sound, sounds.length(sound) or 0.0)
        call.wake()


def record(exchange: Exchange, phone: PhoneState, sound: bytes, then: str, wait: float) -> None:
    """Give a Record this sound, then press a key, keep silent, hang up, or (empty) go on."""
    with exchange.lock:
        call = _when(exchange, phone, wait, lambda call: _asks(call, "record"), "records")
        asking = call.asking
        assert asking is not None
        asking.record(sound, sounds.length(sound) or 0.0)
        exchange.log.add("said", phone.id, call.sid, text="", seconds=round(asking.lasted, 1))
        if then == "silence":
            asking.keep_silent()
        elif then and then != "hangup" and not asking.done:
            exchange.log.add("pressed", phone.id, call.sid, key=then)
            asking.press(then)
        if then == "hangup":
            call.end("hung up")
        call.wake()


def keep_silent(exchange: Exchange, phone: PhoneState, wait: float) -> None:
    """Say and press nothing until the line gives up on it."""
    with exchange.lock:
        call = _when(exchange, phone, wait, lambda call: _asks(call, "gather") or _asks(call, "record"), "listens")
        assert call.asking is not None
        exchange.log.add("silent", phone.id, call.sid)
        call.asking.keep_silent()
        call.wake()


def pick(
    exchange: Exchange, phone: PhoneState, choice: Literal["answered", "declined", "ignored"], wait: float
) -> Call:
    """Answer the ringing phone, decline, or let it ring out."""
    with exchange.lock:
        call = _when(exchange, phone, wait, _rings, "calls")
        call.choice = choice
        call.wake()
        return call


def hang_up(exchange: Exchange, phone: PhoneState) -> None:
    """End the call that the phone is on; over when this returns. Raises CantDo when it is on none."""
    with exchange.lock:
        call = phone.live
        if call is None:
            raise NotPossible(f"{phone.name} is on no call")
        if _rings(call):
            call.choice = "declined"
            call.wake()
        else:
            call.end("hung up")
        exchange.stirred.wait_for(lambda: call.ended, timeout=20)


def _when(exchange: Exchange, phone: PhoneState, wait: float, test: Test, what: str) -> Call:
    """The phone's call once it passes the test. Held lock in, held lock out."""
    ends = time.monotonic() + wait
    while True:
        call = phone.live
        if call is not None and not call.over and test(call):
            return call
        left = ends - time.monotonic()
        if left <= 0:
            raise NotPossible(f"nobody {what} on {phone.name}'s phone: it is {_state(call)}")
        exchange.stirred.wait(left)


def _state(call: Call | None) -> str:
    if call is None:
        return "on no call"
    if call.asking is None:
        return f"on a call ({call.status}), and the line is talking or thinking"
    return f"on a call ({call.status}), where the line waits for a {call.asking.kind}"


def _rings(call: Call) -> bool:
    return call.direction != "inbound" and call.status == "ringing" and call.choice is None


def _asks(call: Call, kind: str) -> bool:
    return call.asking is not None and call.asking.kind == kind and not call.asking.done


def _takes_keys(call: Call) -> bool:
    return call.asking is not None and call.asking.keys and not call.asking.done


def _hears_words(call: Call) -> bool:
    if call.room is not None:
        return call.room.started
    return call.asking is not None and call.asking.words and not call.asking.done
