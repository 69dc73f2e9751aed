"""What Twilio's errors mean to us."""

from __future__ import annotations

import re
from typing import get_args

from checkin.gateway.failures import answered
from checkin.gateway.port import Refused, TryLater, Unknown
from checkin.rules.error_codes import MEANINGS, Kind, is_opt_out, meaning


def test_every_kind_is_used_and_every_word_is_plain() -> None:
    assert {one.kind for one in MEANINGS.values()} == set(get_args(Kind))
    for one in MEANINGS.values():
        assert one.words[0].islower() or one.words.startswith("Twilio")
        assert not one.words.endswith(".")
        assert not re.search(r"\+\d{5}", one.words)


def test_an_opt_out_is_known_however_it_comes() -> None:
    assert is_opt_out(21610)
    assert is_opt_out(30004)
    assert not is_opt_out(30005)
    assert not is_opt_out(None)
    assert meaning(None) is None
    assert meaning(99999) is None


def test_only_what_was_surely_not_processed_may_be_asked_again() -> None:
    for code, one in MEANINGS.items():
        error = answered("send a text", 400, code)
        assert isinstance(error, TryLater) == (one.kind in ("rate", "queue"))
        assert isinstance(error, Unknown) == (one.kind == "ambiguous")
        assert one.words in str(error)
        assert error.code == code


def test_a_code_that_is_not_in_the_table_is_told_by_its_status() -> None:
    assert str(answered("send a text", 418, 99999)) == "could not send a text: the network answered 418 (error 99999)"
    assert isinstance(answered("send a text", 418, 99999), Refused)
