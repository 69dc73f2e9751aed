"""Two machines must not talk all night; a person who writes a lot is still heard, and somebody is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from checkin.core.rules.reply_budget import Budget, BudgetVerdict, Spent, spend

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BUDGET = Budget()


def texting(count: int, every: timedelta, text: str = "I had a hard day, ", same: bool = False) -> list[BudgetVerdict]:
    spent, verdicts = Spent(), []
    for n in range(count):
        verdict = spend(spent, BUDGET, NOON + n * every, text, same_as_last=same and n > 0)
        spent = verdict.spent
        verdicts.append(verdict)
    return verdicts


def test_ten_texts_in_ten_minutes_are_answered_and_more_are_not():
    verdicts = texting(12, timedelta(seconds=30))
    assert [verdict.answer for verdict in verdicts] == [True] * 10 + [False] * 2
    assert [verdict.first for verdict in verdicts[9:]] == [False, True, False]
    assert verdicts[-1].reason == "more than 10 texts in 10 minutes"


def test_ten_minutes_later_they_are_answered_again():
    last = texting(12, timedelta(seconds=30))[-1].spent
    assert spend(last, BUDGET, NOON + timedelta(minutes=10), "still here", False).answer


def test_thirty_a_day_and_a_new_day_begins_anew():
    verdicts = texting(31, timedelta(minutes=2))
    assert [verdict.answer for verdict in verdicts] == [True] * 30 + [False]
    assert verdicts[-1].reason == "more than 30 texts in a day"
    assert spend(verdicts[-1].spent, BUDGET, NOON + timedelta(hours=13), "good morning", False).answer


def test_an_echoing_robot_is_cut_off_within_ten():
    verdicts = texting(10, timedelta(minutes=2), "Thank you for contacting us!", same=True)
    assert not all(verdict.answer for verdict in verdicts)
    assert verdicts[-1].reason == "the same text again and again"
    assert [verdict.first for verdict in verdicts].count(True) == 1


def test_somebody_who_reads_a_long_story_may_say_next_as_often_as_they_like():
    assert all(verdict.answer for verdict in texting(29, timedelta(minutes=2), "NEXT", same=True))


def test_another_text_between_ends_the_row():
    spent = texting(5, timedelta(minutes=2), "Thank you for contacting us!", same=True)[-1].spent
    spent = spend(spent, BUDGET, NOON + timedelta(minutes=12), "sorry, that was my phone", False).spent
    assert spent.same == 0
