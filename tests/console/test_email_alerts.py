"""Organizers who asked for it are told by e-mail: a real mail server, one that is away, and one that isn't ours."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from checkin.accounts import mail
from checkin.core import mail_server
from checkin.dispatch import dispatcher
from checkin.doctor.gathering import machine_facts
from checkin.outbox import recurring_jobs
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Outcome
from tests import make
from tests.cast import ANA, BEN, MONDAY_NOON
from tests.console.browser import Browser
from tests.real_line import free_port
from tests.the_line import TheLine

PASSWORD = "p/ss:w@rd"
DANGER = "I want to kill myself"


@dataclass
class Mailbox:
    """A mail server that keeps what it takes. says: what it answers once it has everything; silent: nothing then."""

    taken: list[Envelope] = field(default_factory=list)
    says: str = "250 OK"
    silent: bool = False

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.says.startswith("250"):
            self.taken.append(envelope)
        if self.silent:
            server.transport.abort()
        return self.says

    def messages(self) -> list[Message]:
        return [message_from_bytes(envelope.content) for envelope in self.taken]  # type: ignore[arg-type]


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for this name that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MONDAY_NOON - timedelta(days=4000)).not_valid_after(MONDAY_NOON + timedelta(days=9000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, secret = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret


def knows_us(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: object) -> AuthResult:
    assert isinstance(said, LoginPassword)
    return AuthResult(success=said.password == PASSWORD.encode())


@dataclass
class Post:
    """The mail server at work."""

    box: Mailbox
    port: int

    def url(self, scheme: str = "smtp", password: str = PASSWORD) -> str:
        quoted = password.replace("/", "%2F").replace(":", "%3A").replace("@", "%40")
        return f"{scheme}://line%40example.org:{quoted}@localhost:{self.port}?from=line@example.org"


Serve = Callable[..., Post]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start a mail server whose certificate this machine believes."""
    running: list[Controller] = []
    cert, secret = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))

    def start(port: int = 0, *, at_once: bool = False, encrypts: bool = True, believed: bool = True) -> Post:
        box, context = Mailbox(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*((cert, secret) if believed else certificate(tmp_path, "elsewhere")))
        how = {"tls_context": context, "require_starttls": True} if encrypts and not at_once else {}
        control = Controller(
            box, hostname="127.0.0.1", port=port or free_port(), server_hostname="localhost",
            ssl_context=context if at_once else None, authenticator=knows_us, auth_required=encrypts and not at_once,
            auth_require_tls=not at_once and encrypts, **how,
        )  # fmt: skip
        control.start()
        running.append(control)
        return Post(box, control.port)

    yield start
    for control in running:
        control.stop()


def with_mail(line: TheLine, url: str) -> TheLine:
    settings = line.runtime.settings.model_copy(update={"mail": mail_server.parse(url)})
    make.put(line.runtime, settings=settings)
    return line


def a_minute_later(line: TheLine) -> Outcome | None:
    """The job's next time."""
    line.clock.forward(minutes=1)
    line.runtime.do(recurring_jobs.ensure)
    row = line.runtime.read(lambda s: s.scalars(select(Outbox.id).where(Outbox.kind == "email_organizers")).one())
    return dispatcher.dispatch(line.runtime, row)


@pytest.fixture
def asked(line: TheLine, oda: Browser) -> TheLine:
    """Oda has asked to be told."""
    line.runtime.do(recurring_jobs.ensure)
    with_mail(line, "smtps://line:x@localhost:1?from=line@example.org")
    assert oda.sends("/account/email", told="yes").status == 200
    line.clock.forward(minutes=5)
    return line


@pytest.mark.parametrize(("scheme", "at_once"), [("smtp", False), ("smtps", True)])
def test_she_is_told_once_and_nothing_of_whom(asked: TheLine, serve: Serve, scheme: str, at_once: bool) -> None:
    line, post = asked, serve(at_once=at_once)
    with_mail(line, post.url(scheme))
    a_minute_later(line)
    assert post.box.taken == []
    line.answers(ANA, DANGER)
    a_minute_later(line)
    (message,) = post.box.messages()
    said = message.as_string()
    assert message["Subject"] == "Someone needs you"
    assert message.get_payload().split() == [
        "Someone",
        "needs",
        "you:",
        "open",
        "the",
        "console.",
        "https://line.example/console/",
    ]
    (address,) = post.box.taken[0].rcpt_tos
    assert address.endswith("@example.org")
    for secret in (ANA, ANA[-4:], DANGER, address, "crisis", "Harbor"):
        assert secret not in said
    line.clock.forward(seconds=10)
    line.answers(BEN, DANGER)
    for _ in range(3):
        a_minute_later(line)
    assert len(post.box.taken) == 1, "once in five minutes, however much happens"
    a_minute_later(line)
    a_minute_later(line)
    assert len(post.box.taken) == 2
    for _ in range(8):
        a_minute_later(line)
    assert len(post.box.taken) == 2, "nothing new has happened"


def test_who_did_not_ask_or_asks_no_longer_is_not_written_to(line: TheLine, oda: Browser, serve: Serve) -> None:
    post = serve()
    with_mail(line, post.url())
    line.answers(ANA, DANGER)
    a_minute_later(line)
    oda.sends("/account/email", told="yes")
    a_minute_later(line)
    assert post.box.taken == [], "what was before she asked is on the page"
    oda.sends("/account/email", told="no")
    line.answers(BEN, DANGER)
    line.clock.forward(minutes=10)
    a_minute_later(line)
    assert post.box.taken == []


def test_a_server_that_is_away_or_busy_is_asked_again_and_she_is_told_once(asked: TheLine, serve: Serve) -> None:
    line, port = asked, free_port()
    line.answers(ANA, DANGER)
    line.clock.forward(minutes=5)
    for _ in range(2):
        went = a_minute_later(line)
    post = serve(port)
    with_mail(line, post.url())
    post.box.says = "451 later"
    went = a_minute_later(line)
    assert "451" in str(went)
    assert "example.org" not in str(went)
    assert post.box.taken == []
    post.box.says = "250 OK"
    a_minute_later(line)
    a_minute_later(line)
    assert len(post.box.taken) == 1


def test_what_may_have_left_is_not_sent_again(asked: TheLine, serve: Serve) -> None:
    line, post = asked, serve()
    with_mail(line, post.url())
    post.box.silent = True
    line.answers(ANA, DANGER)
    line.clock.forward(minutes=5)
    a_minute_later(line)
    assert len(post.box.taken) == 1
    post.box.silent = False
    for _ in range(8):
        a_minute_later(line)
    assert len(post.box.taken) == 1


def test_nothing_leaves_for_a_server_that_is_not_the_one_we_mean(asked: TheLine, serve: Serve) -> None:
    line = asked
    line.answers(ANA, DANGER)
    line.clock.forward(minutes=5)
    stranger, bare, ours = serve(believed=False), serve(encrypts=False), serve()
    for post, why, password in (
        (stranger, "certificate isn't good", PASSWORD),
        (bare, "doesn't encrypt", PASSWORD),
        (ours, "name and password", "another"),
    ):
        with_mail(line, post.url(password=password))
        a_minute_later(line)
        assert post.box.taken == []
        assert why in (machine_facts(line.runtime, line.clock.now).mail or "")
    with_mail(line, ours.url())
    assert machine_facts(line.runtime, line.clock.now).mail == ""
    a_minute_later(line)
    assert len(ours.box.taken) == 1


def test_the_page_says_how_it_stands(line: TheLine, oda: Browser) -> None:
    assert "sends no e-mail" in oda.opens("/account").words
    with_mail(line, "smtps://line:x@localhost:1?from=line@example.org")
    assert "E-mail me" in oda.opens("/account").words
    oda.sends("/account/email", told="yes")
    assert "Stop e-mailing me" in oda.opens("/account").words
    assert "turned e-mail alerts on or off" in oda.opens("/console/audit/").words


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("http://mail.example.org?from=a@example.org", "isn't smtps://"),
        ("smtps://mail.example.org", "whom mail is from"),
        ("smtps://me@mail.example.org?from=a@example.org", "name without a password"),
        ("smtps://me:pw@mail.example.org:x?from=a@example.org", "isn't an address"),
    ],
)
def test_a_wrong_setting_is_told_without_its_password(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as told:
        mail_server.parse(written)
    assert "pw" not in str(told.value)


def test_a_password_may_have_any_sign_and_mail_leaves_in_the_open_on_this_machine_alone() -> None:
    server = mail_server.parse("smtps://line%40example.org:p%2Fss%3Aw%40rd@mail.example.org?from=line@example.org")
    assert (server.name, server.password, server.port, server.at_once) == ("line@example.org", PASSWORD, 465, True)
    assert PASSWORD not in repr(server)
    assert mail_server.parse("smtp://localhost:25?from=a@example.org").plain
    assert not mail_server.parse("smtp://mail.example.org:25?from=a@example.org").plain
    assert mail.WAITS <= 10
