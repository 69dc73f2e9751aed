"""What the web server serves: `gunicorn checkin.wsgi:app`. Reads the environment once, when it is imported by it.

It is imported before gunicorn forks: each process that answers begins with all of it, and with no connection.
"""

from __future__ import annotations

import sys

from checkin import logs, private
from checkin.app import create_app
from checkin.runtime import build
from checkin.services.canary import NotOurs
from checkin.settings import SettingsError, here
from flows.model.findings import FlowError

private.begin()
try:
    _settings = here()
    logs.set_up()
    private.tighten(_settings)
    _runtime = build(_settings)
    _runtime.start()
    app = create_app(_runtime)
    _runtime.let_go()
except (SettingsError, FlowError, NotOurs) as error:
    sys.exit(f"checkin: {error}")
