"""Logs: one line an event, JSON when nobody is watching, and nothing personal in either.

Whatever a library or a hurried author logs goes through `without_people` last: values under names that hold people's
words or numbers are dropped, and whatever looks like a telephone number is masked, in tracebacks too.
"""

from __future__ import annotations

import importlib
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

from checkin.core import error_reports


def _without_rich() -> None:
    """structlog loads rich, which loads pygments, to paint tracebacks; ours are plain, and every process of ours starts
    a tenth sooner without it: so it isn't found while structlog looks."""
    if "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        importlib.import_module("structlog")
    finally:
        del sys.modules["rich"]


_without_rich()
import structlog  # noqa: E402

DROPPED = "[left out]"
PERSONAL = frozenset(
    {"answers", "body", "caller", "contact_name", "digits", "e164", "email", "from", "from_", "message", "name",
     "number", "numbers", "phone", "speech", "speech_result", "text", "to", "transcript", "words"}
)  # fmt: skip

OURS = frozenset({"level", "logger", "timestamp", "row", "relay", "offer", "conversation", "request", "job"})
"""Names whose values we make ourselves: opaque ids, which may have digits in a row."""

PHONE = re.compile(
    r"(?<!\w)(?<!\d[:.-])(?!\d{4}-\d\d-\d\d)"  # not inside a word, a time or an address, and not a date
    r"(?:%2B|\+)?\(?\d(?:[\s().-]{0,2}\d){6,14}(?![\w:])",
    re.ASCII,
)
LONG_NUMBER = 10**7

QUIET = ("twilio", "urllib3", "rq", "alembic", "werkzeug")

OPENING = re.compile(
    r"(/(?:setup|volunteer/in|shifts|media(?:/[a-z]+)?)/)[^\s/?\"'#\u2026]{5,}|([?&](?:s|token)=)[^\s&\"']+"
)
"""Addresses of ours that open something for whoever has them: the token in them is cut off."""

FRAMES = 8


def redis_in_a_word(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A Redis that goes is said, in a word: where in whose library it was missed helps nobody."""
    info = event.get("exc_info")
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException) and type(error).__module__.partition(".")[0] == "redis":
        del event["exc_info"]
        event["error"] = type(error).__name__
    return event


def masked(text: str) -> str:
    """The text, with all but the last two digits of whatever looks like a telephone number blotted out, and without
    the tokens of addresses that open something."""
    cut = OPENING.sub(lambda found: f"{found[1] or found[2]}\u2026", text)
    return PHONE.sub(lambda found: "***" + re.sub(r"\D", "", found.group())[-2:], cut)


def where(error: BaseException | None) -> list[str]:
    """Where it happened, innermost last. Never the error's own words: those may be somebody's, or a path."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:] if error is not None else []
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def without_people(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor before a line is rendered."""
    return {name: value if name in OURS else _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if name.lower() in PERSONAL:
        return DROPPED
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < LONG_NUMBER else DROPPED
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", inner) for inner in value]
    return masked(str(value))


class _StandardError(logging.StreamHandler[TextIO]):
    """Standard error as it is when something is said: whoever runs a command in this process has one of their own."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where it goes now."""
        return sys.stderr


def set_up(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send every log line of this process, ours and the libraries', to `stream` (standard error). Callable twice."""
    stream = stream or sys.stderr
    watched = stream.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        redis_in_a_word,
        structlog.processors.format_exc_info,
        structlog.processors.StackInfoRenderer(),
        without_people,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if watched
        else structlog.processors.JSONRenderer()
    )
    handler: logging.Handler = _StandardError() if stream is sys.stderr else logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, error_reports.tell, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in {*QUIET, *logging.root.manager.loggerDict}:
        if name.split(".")[0] in QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)
