"""Reads: functions of a session that return small frozen values."""
