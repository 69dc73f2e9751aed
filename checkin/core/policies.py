"""A line's settings as the rules want them: what lines.yaml says, and the product's defaults for the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from checkin.core.rules.call_budget import CallBudget
from checkin.core.rules.phone import PhoneNumber
from checkin.core.rules.policy import Policy
from checkin.core.rules.quiet_hours import Window
from checkin.core.rules.reply_budget import Budget
from flows.model.lines import FollowUpRules, Line
from flows.model.schedules import DAYS

SHORT = len("12-25")


LONG_CODE = 1.0
"""Segments that a long code in the US sends in a second (twilio.com/docs/messaging, "message queues")."""


def policy_of_line(line: Line, *, at_twilio: bool = False) -> Policy:
    """The policy of one line. Raises BadPolicy when two of its settings contradict each other.

    at_twilio: its texts go to Twilio itself, so a line that names no pace gets that of a US long code.
    """
    relay = line.relay
    defaults = Policy()
    return Policy(
        time_zone=line.time_zone,
        languages=line.languages,
        countries=frozenset(line.countries),
        relay_limit=relay.limit,
        first_wave=relay.at_once[0],
        next_wave=relay.at_once[0],
        waves=relay.at_once if len(relay.at_once) > 1 else (),
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
        window=_window(line.follow_ups),
        follow_ups_a_day=line.follow_ups.per_day,
        slower_after=line.follow_ups.slower_after,
        end_after=line.follow_ups.stop_after,
        after_danger=line.follow_ups.after_danger,
        per_second=line.sending.per_second or (LONG_CODE if at_twilio else None),
        service=line.sending.service,
        answer_missed=line.answer_missed,
        blank_at_network=line.blank_at_network,
        new_numbers=line.reply_budget.new_numbers,
        calls=CallBudget(
            line.call_budget.per_10_minutes,
            line.call_budget.per_day,
            line.call_budget.withheld_per_10_minutes,
            line.call_budget.withheld_per_day,
        ),
        budget=Budget(burst=line.reply_budget.per_10_minutes, daily=line.reply_budget.per_day),
    )


def _window(rules: FollowUpRules) -> Window:
    """The hours, weekdays and days off of the line. A day that does not exist (02-30) is off in no year."""
    closed = {date.fromisoformat(day) for day in rules.closed if len(day) > SHORT}
    yearly = {(int(day[:2]), int(day[3:])) for day in rules.closed if len(day) == SHORT}
    days = [DAYS.index(day) for day in rules.days]
    return replace(Window.read(rules.between, days, closed), holidays=frozenset(yearly))


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)
