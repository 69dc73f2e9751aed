"""How gunicorn serves the line, beside what the Procfile says. Seconds are whole.

A deploy loses no call: send SIGUSR2, and a second gunicorn starts beside this one, with the new code and settings, on
the same socket; as soon as it could begin to answer, the first one ends, after what it has in hand. If the second does
not start, nothing has changed. SIGHUP starts fresh processes of the same code.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where the processes of one gunicorn count together for /metrics
WHOSE = "CHECKIN_METRICS_OF"


def _end(folder, whose):
    """Counts are over with this gunicorn, also with one that could not start; its processes end before it."""
    if os.getpid() == whose:
        shutil.rmtree(folder, ignore_errors=True)


if os.environ.get(WHOSE) != str(os.getpid()):  # SIGHUP reads this file again: what was counted goes on
    os.environ |= {SHARED: tempfile.mkdtemp(prefix="checkin-metrics-"), WHOSE: str(os.getpid())}
    atexit.register(_end, os.environ[SHARED], os.getpid())

worker_class = "checkin.web.gunicorn_worker.WebWorker"
worker_connections = 500  # of one process; beyond it, whoever has been unfinished longest gives way
logger_class = "checkin.web.access_log.AccessLog"
preload_app = True  # loaded once, before the first fork: a process that must be replaced answers again at once
timeout = 30  # Twilio gives up after 15
graceful_timeout = 12  # whoever has asked is answered, or apologized to, after ten at the latest
keepalive = 5
control_socket_disable = True  # it would be shared by every line on this machine


def when_ready(server):
    """Everything is loaded, and what the first text needs. Whom we follow may end: our processes are there in a moment,
    and the socket is the same."""
    if ours := sys.modules.get("checkin.wsgi"):
        ours.warm()
    if server.master_pid and server.master_pid == os.getppid():
        os.kill(server.master_pid, signal.SIGTERM)
