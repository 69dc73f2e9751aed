"""How each verb of a call is performed."""

from __future__ import annotations

from checkin.practice.calls import dialing, gather, hearing, leaving, record
from checkin.practice.calls.script import Perform

VERBS: dict[str, Perform] = {
    "Say": hearing.say,
    "Play": hearing.play,
    "Pause": hearing.pause,
    "Gather": gather.gather,
    "Record": record.record,
    "Dial": dialing.dial,
    "Redirect": leaving.redirect,
    "Hangup": leaving.hangup,
    "Reject": leaving.reject,
}
