"""`checkin.wsgi`, for gunicorn, that may be told at which named point to die: from its first request on."""

from __future__ import annotations

from checkin import wsgi
from tests.faults.doomed import killer

wsgi._runtime.transactions.failpoint = killer()
app = wsgi.app
