"""Every table names its end, and the end is one that its columns allow."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from checkin import tables as _every_table  # noqa: F401 - fills the metadata
from checkin.compliance.rules import ENDS, before
from checkin.core.models import Base
from checkin.core.rules.policy import RetentionLengths

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_every_table_names_its_end_and_no_other_does():
    assert set(ENDS) == set(Base.metadata.tables)


@pytest.mark.parametrize("table", sorted(ENDS))
def test_an_end_names_columns_and_settings_that_exist(table):
    end, columns = ENDS[table], Base.metadata.tables[table].columns
    assert not end.counted_from or end.counted_from in columns
    assert set(end.fields) <= set(columns.keys())
    assert not end.setting or end.setting in {setting.name for setting in fields(RetentionLengths)}
    assert end.owner in ("", *ENDS)
    assert end.why
    assert (end.how == "blank") == bool(end.fields)


def test_whatever_is_encrypted_comes_to_an_end():
    for name, table in Base.metadata.tables.items():
        if any(column.name.endswith("_encrypted") for column in table.columns):
            end = ENDS[name]
            while end.how == "with":
                end = ENDS[end.owner]
            assert end.how in ("blank", "delete"), name


def test_texts_are_blanked_after_thirty_days():
    assert before("messages", RetentionLengths(), NOW) == NOW - timedelta(days=30)
    assert before("messages", RetentionLengths(messages=timedelta(days=7)), NOW) == NOW - timedelta(days=7)
    assert before("stories", RetentionLengths(), NOW) == NOW
    assert before("heartbeats", RetentionLengths(), NOW) is None
    assert before("offers", RetentionLengths(), NOW) is None
    assert before("volunteers", RetentionLengths(), NOW) is None
