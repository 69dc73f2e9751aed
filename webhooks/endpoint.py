"""How every webhook is answered: read the form, run one use case in time, render; and apologize if any of it fails."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Concatenate, Generic, ParamSpec, TypeVar

import structlog
from flask import Response, request

from checkin.core.reply import Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.runtime import Runtime
from checkin.telephony import sms, static_twiml, voice
from checkin.telephony.addresses import Addresses
from checkin.telephony.rules.arrivals import IncomingText
from webhooks.apologies import Apologies, Side
from webhooks.deadline import Deadline
from webhooks.forms import BadForm, Form

Answer = TypeVar("Answer")
Given = ParamSpec("Given")
Handler = Callable[..., Callable[[], str]]
Receiver = Callable[..., "UseCase[None]"]
View = Callable[..., Response]

log = structlog.get_logger()


class UseCase(Generic[Answer]):
    """A use case and what it is given: run in one transaction, whose `work` comes first."""

    def __init__(
        self, run: Callable[Concatenate[UnitOfWork, Given], Answer], *given: Given.args, **named: Given.kwargs
    ) -> None:
        self.run, self.given = run, given

        def within(uow: UnitOfWork) -> Answer:
            return run(uow, *given, **named)

        self._within = within

    def __call__(self, uow: UnitOfWork) -> Answer:
        """Run it in this transaction."""
        return self._within(uow)


@dataclass(frozen=True)
class Endpoints:
    """What the routes share.

    addresses: those of this moment, since some of them expire. voices: what each line has chosen, by its number.
    """

    runtime: Runtime
    addresses: Callable[[], Addresses]
    apologies: Apologies
    deadline: Deadline = field(default_factory=Deadline)
    voices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def say(
        self, run: Callable[Concatenate[UnitOfWork, Given], Reply], *given: Given.args, **named: Given.kwargs
    ) -> Callable[[], str]:
        """A call's answer: run the use case, then render its reply in the voices of the line that it is on."""
        sides = (request.form.get("To", ""), request.form.get("From", ""))
        voices = next((self.voices[number] for number in sides if number in self.voices), None)
        use_case = UseCase(run, *given, **named)
        return lambda: voice.render(self.runtime.do(use_case), self.addresses(), voices)

    def announce(
        self, run: Callable[Concatenate[UnitOfWork, Given], Reply], *given: Given.args, **named: Given.kwargs
    ) -> Callable[[], str]:
        """What is spoken into a room: run the use case, then render its words."""
        use_case = UseCase(run, *given, **named)
        return lambda: voice.announcement(self.runtime.do(use_case), self.addresses())

    def write(self, run: Callable[[UnitOfWork, IncomingText], Reply], arrived: IncomingText) -> RenderedAnswer:
        """The answer to this text."""
        return RenderedAnswer(self, UseCase(run, arrived), arrived.sid)

    def texts(self, handler: Callable[..., RenderedAnswer]) -> View:
        """A route that answers a text. The handler is given the form and says what to run.

        What is answered too late for the response leaves as a text of its own, once.
        """

        return self._answering(handler, lambda: self.apologies.of(request.form.get("To")).text)

    def calls(self, side: Side = "contact") -> Callable[[Handler], View]:
        """A route that answers a call, of a contact or of a volunteer."""

        def apology() -> str:
            sides = (request.form.get("To"), request.form.get("From"))  # which is ours depends on who called whom
            ours = self.apologies.of(next((item for item in sides if item in self.apologies.by_number), None))
            return ours.call if side == "contact" else ours.volunteer

        return lambda handler: self._answering(handler, apology)

    def announcements(self, handler: Handler) -> View:
        """A route whose answer is spoken into a room. What fails is silence there: two people talk."""
        return self._answering(handler, static_twiml.nothing)

    def receipts(self, receiver: Receiver) -> View:
        """A route to which nobody listens. An empty document is the answer, since some receipts want one.

        503 when we could not keep it, so that Twilio brings it again (the addresses say so); 400 when nobody could.
        """

        @functools.wraps(receiver)
        def view(**where: str | int) -> Response:
            status = 200
            try:
                use_case = receiver(request.form, **where)
                self.deadline.keep(lambda: self.runtime.do(use_case))
            except BadForm as error:
                status = 400
                _report(error)
            except Exception as error:
                status = 503
                _report(error)
            return Response(static_twiml.nothing(), status, mimetype="text/xml")

        return view

    def _answering(self, handler: Handler, apology: Callable[[], str]) -> View:
        @functools.wraps(handler)
        def view(**where: str | int) -> Response:
            try:
                answer = handler(request.form, **where)
                late = (answer.give_up, answer.late) if isinstance(answer, RenderedAnswer) else ()
                document = self.deadline.keep(answer, *late)
            except Exception as error:
                _report(error)
                document = apology()
            return Response(document, mimetype="text/xml")

        return view


@dataclass
class RenderedAnswer:
    """The answer to one text. Called, it is the document for the response, if that is still waited for."""

    endpoints: Endpoints
    use_case: UseCase[Reply]
    sid: str
    given_up: bool = False

    def __call__(self) -> str:
        """Receive the text, and render what it is answered."""
        return sms.render(self.endpoints.runtime.do(self._receive), self.endpoints.addresses().answered_text(self.sid))

    def give_up(self) -> None:
        """From now on nobody waits: they are being apologized to."""
        self.given_up = True

    def late(self) -> None:
        """The answer was written after all: the worker sends it. It is sent once, also when this is done twice."""
        self.endpoints.runtime.do(self._by_worker())

    def _receive(self, uow: UnitOfWork) -> Reply:
        reply = self.use_case(uow)
        if self.given_up:  # in the same transaction: a process that dies now has not forgotten it
            self._by_worker()(uow)
        return reply

    def _by_worker(self) -> UseCase[object]:
        return UseCase(messages.answer_by_worker, self.sid)


def silent() -> bool:
    """Whether a document of ours ran on because nobody answered."""
    return request.args.get("silent") == "1"


def _report(error: Exception) -> None:
    """Log what failed and where. Not the error's text: a database puts the values of a statement into it."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "webhook_failed",
        route=request.endpoint,
        error=type(error).__name__,
        said=str(error) if isinstance(error, BadForm) else None,
        at=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
    )


__all__ = ["Endpoints", "Form", "UseCase", "silent"]
