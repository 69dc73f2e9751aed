"""A teller's code is short, read without mistakes, and never mistaken for a word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checkin.stories import rules

ids = st.integers(min_value=0, max_value=2**128 - 1).map(lambda number: f"{number:032x}")


@given(ids)
def test_a_code_has_six_signs_that_nobody_mixes_up_and_one_digit(random_id: str) -> None:
    code = rules.withdrawal_code(random_id)
    assert len(code) == 6
    assert sum(sign.isdigit() for sign in code) >= 1
    assert not set(code) & set("01ILO")


@given(ids, st.sampled_from([" {}", "{}.", "{} ", "-{}-"]))
def test_it_is_read_back_however_it_is_written(random_id: str, written: str) -> None:
    code = rules.withdrawal_code(random_id)
    assert rules.normal_code(written.format(code.lower())) == code
    assert rules.normal_code(f"{code[:3]} {code[3:]}") == code


def test_ids_that_differ_rarely_share_a_code() -> None:
    many = {rules.withdrawal_code(f"{number * 2**101 // 3:032x}") for number in range(1, 5000)}
    assert len(many) > 4990
