"""A line that answers as a test tells it to: a small web server over real HTTP, which checks every signature."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Self

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from checkin.practice import sounds

Form = dict[str, str]
Said = str | Response | Callable[[Form], "str | Response"]


def twiml(inside: str) -> str:
    """A whole document round these verbs."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


class ALine:
    """answers: path → what it says (verbs, a Response, or a function of the form). Every request is kept in `asked`."""

    def __init__(self, token: str) -> None:
        self.answers: dict[str, Said] = {"/sms": "", "/voice": "<Say>Hello.</Say>", "/status": ""}
        self.asked: list[tuple[str, Form]] = []
        self.unsigned: list[str] = []
        self.agents: list[dict[str, str]] = []
        self._validator = RequestValidator(token)
        self._came = threading.Condition()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def forms(self, path: str) -> list[Form]:
        """What was posted to this path, oldest first."""
        with self._came:
            return [form for where, form in self.asked if where == path]

    def wait_for(self, path: str, times: int = 1, within: float = 5.0) -> list[Form]:
        """What was posted to this path, once it has been so many times."""
        with self._came:
            came = self._came.wait_for(lambda: len(self._posted(path)) >= times, within)
            assert came, f"{path} was asked {len(self._posted(path))} times, not {times}"
            return self._posted(path)

    def never_again(self, path: str, times: int, for_: float = 0.3) -> None:
        """This path is not asked more than so many times."""
        time.sleep(for_)
        assert len(self.forms(path)) == times

    def _posted(self, path: str) -> list[Form]:
        return [form for where, form in self.asked if where == path]

    def _app(self) -> Flask:
        app = Flask("a line")

        @app.get("/sound.wav")
        def sound() -> Response:
            return Response(sounds.tone(2), mimetype="audio/wav")

        @app.route("/<path:_path>", methods=["GET", "POST"])
        def anything(_path: str) -> Response | str:
            return self._answer()

        return app

    def _answer(self) -> Response | str:
        form = request.form.to_dict()
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self._validator.validate(request.url, form, signature):
            self.unsigned.append(request.url)
        with self._came:
            self.asked.append((request.path, form if request.method == "POST" else request.args.to_dict()))
            self.agents.append(dict(request.headers))
            self._came.notify_all()
        said = self.answers.get(request.path, Response(status=404))
        said = said if isinstance(said, str | Response) else said(form)
        return Response(twiml(said), mimetype="text/xml") if isinstance(said, str) else said
