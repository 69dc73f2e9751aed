"""A line's settings as the rules want them: what lines.yaml says, and the product's defaults for the rest."""

from __future__ import annotations

from datetime import timedelta

from checkin.rules.phone import PhoneNumber
from checkin.rules.policy import Policy
from checkin.rules.quiet_hours import Window
from checkin.rules.reply_budget import Budget
from flows.lines import Line


def policy_of_line(line: Line) -> Policy:
    """The policy of one line. Raises BadPolicy when two of its settings contradict each other."""
    relay = line.relay
    defaults = Policy()
    return Policy(
        time_zone=line.time_zone,
        languages=line.languages,
        countries=frozenset(line.countries),
        relay_limit=relay.limit,
        first_wave=relay.at_once[0],
        next_wave=relay.at_once[-1],
        ringing=relay.ringing,
        wave_every=_seconds(relay.wave_seconds),
        ring_for=min(defaults.ring_for, relay.limit * 0.75),
        backup=PhoneNumber(relay.backup) if relay.backup else None,
        longest_talk=relay.longest,
        talk_warning=relay.warning,
        detect_machines=relay.machine_detection,
        pictures=relay.pictures,
        relay_idle=relay.idle,
        rest=relay.rest,
        daily_limit=relay.per_day,
        on_end=relay.on_end,
        weekly=relay.per_week,
        window=Window.read(line.follow_ups.between),
        follow_ups_a_day=line.follow_ups.per_day,
        slower_after=line.follow_ups.slower_after,
        end_after=line.follow_ups.stop_after,
        answer_missed=line.answer_missed,
        blank_at_network=line.blank_at_network,
        budget=Budget(burst=line.reply_budget.per_10_minutes, daily=line.reply_budget.per_day),
    )


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)
