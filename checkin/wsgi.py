"""What the web server serves: `gunicorn checkin.wsgi:app`. Reads the environment once, when it is imported by it.

It is imported before gunicorn forks: each process that answers begins with all of it, and with no connection. Settings
are read before anything that takes long to load, so that a wrong one is named at once.
"""

from __future__ import annotations

import importlib
import sys

from checkin.core import garbage, logs, private_files
from checkin.core.settings import SettingsError, load_settings

garbage.leave_be()
private_files.begin()
try:
    _settings = load_settings()
except SettingsError as error:
    sys.exit(f"checkin: {error}")

from checkin.app import create_app  # noqa: E402
from checkin.assembly import build  # noqa: E402
from checkin.compliance.canary import NotOurs  # noqa: E402
from checkin.core.rules.policy import BadPolicy  # noqa: E402
from flows.model.findings import FlowError  # noqa: E402

try:
    logs.set_up()
    private_files.tighten(_settings)
    _runtime = build(_settings)
    _runtime.start()
    app = create_app(_runtime)
    _runtime.transactions.let_go()
except (FlowError, BadPolicy, NotOurs) as error:
    sys.exit(f"checkin: {error}")
garbage.settle()


def warm() -> None:
    """Load what the first text will need besides, once for all processes, before the first fork (gunicorn.conf.py)."""
    importlib.import_module("rq")
    garbage.settle()
