"""How gunicorn serves the line, beside what the Procfile says. Seconds are whole."""

import sys

logger_class = "checkin.access_log.AccessLog"
timeout = 30  # Twilio gives up after 15
graceful_timeout = 10
keepalive = 5
control_socket_disable = True  # it would be shared by every line on this machine


def on_starting(_server):
    """A wrong setting stops the start with one line, instead of a trace from each process."""
    from checkin.settings import SettingsError, here

    try:
        here()
    except SettingsError as error:
        sys.exit(f"checkin: {error}")
