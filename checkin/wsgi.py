"""What the web server serves: `gunicorn checkin.wsgi:app`. Reads the environment once, when it is imported by it.

It is imported before gunicorn forks: each process that answers begins with all of it, and with no connection.
"""

from __future__ import annotations

import sys

from checkin.app import create_app
from checkin.canary import NotOurs
from checkin.core import logs, private_files
from checkin.core.settings import SettingsError, here
from checkin.runtime import build
from flows.findings import FlowError

private_files.begin()
try:
    _settings = here()
    logs.set_up()
    private_files.tighten(_settings)
    _runtime = build(_settings)
    _runtime.start()
    app = create_app(_runtime)
    _runtime.let_go()
except (SettingsError, FlowError, NotOurs) as error:
    sys.exit(f"checkin: {error}")
