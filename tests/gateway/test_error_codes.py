"""What Twilio's errors mean to us."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from checkin.telephony.failures import answered
from checkin.telephony.port import MaybeDone, Refused, TryLater
from checkin.telephony.rules.error_codes import MEANINGS, Kind, is_opt_out, meaning


def test_every_kind_is_used_and_every_word_is_plain() -> None:
    assert {value.kind for value in MEANINGS.values()} == set(get_args(Kind))
    for value in MEANINGS.values():
        assert value.words[0].islower() or value.words.startswith("Twilio")
        assert not value.words.endswith(".")
        assert not re.search(r"\+\d{5}", value.words)


def test_an_opt_out_is_known_however_it_comes() -> None:
    assert is_opt_out(21610)
    assert [code for code in MEANINGS if is_opt_out(code)] == [21610]
    assert not is_opt_out(30004)  # no signal, a landline, a carrier in trouble; STOP for toll-free numbers alone
    assert not is_opt_out(None)
    assert meaning(None) is None
    assert meaning(99999) is None


def test_only_what_was_surely_not_processed_may_be_asked_again() -> None:
    for code, item in MEANINGS.items():
        error = answered("send a text", 400, code)
        assert isinstance(error, TryLater) == (item.kind in ("rate", "queue", "pace", "unfinished"))
        assert isinstance(error, MaybeDone) == (item.kind == "ambiguous")
        assert item.words in str(error)
        assert error.code == code


# fmt: off
@pytest.mark.parametrize("code", [
    10001, 10004, 20001, 20003, 20005, 21212, 21216, 21219, 21606, 21608, 21609, 21701, 21702, 21703, 21704, 21705,
    21711, 21712, 30002, 30007, 30018, 30023, 30024, 30027, 30032, 30033, 30034, 30035, 32017,
])
# fmt: on
def test_what_concerns_the_whole_line_is_known(code: int) -> None:
    assert MEANINGS[code].kind == "account"


def test_what_concerns_one_moment_is_tried_again() -> None:
    assert {MEANINGS[code].kind for code in (30003, 30008, 30017, 30410)} == {"handset"}
    assert (MEANINGS[30004].kind, MEANINGS[30022].kind, MEANINGS[30036].kind) == ("blocked", "pace", "late")


def test_a_code_that_is_not_in_the_table_is_told_by_its_status() -> None:
    assert str(answered("send a text", 418, 99999)) == "couldn't send a text: the network answered 418 (error 99999)"
    assert isinstance(answered("send a text", 418, 99999), Refused)
