"""In which waves the phones of volunteers ring: a few at first, more with time, then everyone, then the backup.

Ringing one by one and all at once are settings of the same plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from checkin.core.rules.policy import Policy
from checkin.relays.rules.matching import Channel


@dataclass(frozen=True)
class Wave:
    """Who is asked `after` this long from the opening of the relay. `backup`: the line's backup number rings too."""

    after: timedelta
    who: tuple[str, ...] = ()
    backup: bool = False


@dataclass(frozen=True)
class Wish:
    """What a flow asks of its own ringing: how many at once, for how many seconds, how many rounds through all."""

    at_once: int | None = None
    seconds: int | None = None
    rounds: int | None = None


def limit(policy: Policy, channel: Channel) -> timedelta:
    """How long a relay of this channel stays open for somebody to take it."""
    return policy.relay_limit if channel == "voice" else policy.text_relay_limit


def plan(chosen: Sequence[str], policy: Policy, channel: Channel = "voice", wish: Wish | None = None) -> list[Wave]:
    """The waves for `chosen` (best first), in order of time.

    No wave begins so late that its phones could not ring out before the limit: whoever is left joins the last one,
    except one by one, where they are not asked. The backup (calls only) rings last, with the line's own ringing time
    kept free for it. A list without `chosen` and without a backup is empty.
    """
    wish = wish or Wish()
    every = _every(policy, channel, wish)
    ring = min(policy.ring_for, every) if channel == "voice" else every
    backup = policy.backup is not None and channel == "voice"
    last = limit(policy, channel) - (policy.ring_for if backup else timedelta()) - ring
    waves: list[Wave] = []
    rounds = [group for _ in range(wish.rounds or 1) for group in _groups(tuple(chosen), policy, wish)]
    for who in rounds:
        after = len(waves) * every
        if after > last and waves:
            if policy.ringing != "one by one":
                waves[-1] = Wave(waves[-1].after, tuple(dict.fromkeys((*waves[-1].who, *who))))
            continue
        waves.append(Wave(after, who))
    if backup:
        waves.append(Wave(min(len(waves) * every, limit(policy, channel) - policy.ring_for), backup=True))
    return waves


def _every(policy: Policy, channel: Channel, wish: Wish) -> timedelta:
    if wish.seconds is not None:
        return timedelta(seconds=wish.seconds)
    if channel == "text":
        return policy.text_wave_every
    return policy.ring_for if policy.ringing == "one by one" else policy.wave_every


def _groups(everyone: tuple[str, ...], policy: Policy, wish: Wish) -> Iterator[tuple[str, ...]]:
    """Those asked together, wave after wave."""
    if not everyone:
        return
    if policy.ringing == "all at once" and wish.at_once is None:
        yield everyone
        return
    at = 0
    for size in _sizes(policy, wish, len(everyone)):
        if at < len(everyone):
            yield everyone[at : at + size]
        at += size


def _sizes(policy: Policy, wish: Wish, count: int) -> list[int]:
    """How many are asked in each wave, enough for `count`."""
    if wish.at_once is not None or policy.ringing == "one by one":
        return [wish.at_once or 1] * count
    if policy.waves:
        return [*policy.waves, count]
    return [policy.first_wave, *[policy.next_wave] * policy.small_waves, count]
