"""Mail that leaves by SMTP, encrypted and to a server whose certificate is good; or not at all."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from checkin.core.mail_server import MailServer
from checkin.telephony.port import MaybeDone, Refused, TryLater

WAITS = 10.0
OK, MAYBE_LATER = range(200, 300), range(400, 500)


def send(server: MailServer, to: Sequence[str], message: EmailMessage) -> int:
    """Hand one message to the server for all of these; answers how many it took it for.

    Raises GatewayError, with nobody's address in it: TryLater where nothing was handed over, Refused where the server
    will never take it, MaybeDone where it fell silent after it had everything.
    """
    with _connected(server) as client:
        try:
            code, _ = client.mail(server.sender)
            taken = [address for address in to if client.rcpt(address)[0] in OK] if code in OK else []
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater(f"the mail server went away: {type(error).__name__}") from error
        if not taken:
            why = "the mail server takes no mail from us, or for none of them"
            raise Refused(why, code if code not in OK else None)
        try:
            code, _ = client.data(message.as_bytes())
        except smtplib.SMTPDataError as error:
            raise _said_no(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MaybeDone(f"the mail server fell silent: {type(error).__name__}") from error
        if code not in OK:
            raise _said_no(code)
        return len(taken)


def trouble(server: MailServer) -> str:
    """Why it takes no mail from us; "" when it would."""
    try:
        with _connected(server) as client:
            code, _ = client.mail(server.sender)
    except (TryLater, smtplib.SMTPException, OSError) as error:
        return str(error)
    return "" if code in OK else f"it takes no mail from the address after from= ({code})"


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Connected, encrypted and signed in. Raises TryLater."""
    try:
        context = ssl.create_default_context()
        client = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=WAITS, context=context)
            if server.at_once
            else smtplib.SMTP(server.host, server.port, timeout=WAITS)
        )
    except (smtplib.SMTPException, OSError) as error:
        raise _not_there(error) from error
    try:
        try:
            if not server.at_once and not server.plain:
                client.starttls(context=context)
            if server.name:
                _sign_in(client, server)
            client.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            raise _not_there(error) from error
        yield client
    finally:
        with suppress(smtplib.SMTPException, OSError):
            client.quit()


def _sign_in(client: smtplib.SMTP, server: MailServer) -> None:
    """Some servers say no, others hang up. Raises TryLater."""
    try:
        client.login(server.name, server.password)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPServerDisconnected) as error:
        raise TryLater("the mail server doesn't take our name and password") from error


def _not_there(error: Exception) -> TryLater:
    match error:
        case ssl.SSLCertVerificationError():
            return TryLater("the mail server's certificate isn't good")
        case smtplib.SMTPNotSupportedError():
            return TryLater("the mail server doesn't encrypt (STARTTLS), or has no sign-in")
        case _:
            return TryLater(f"the mail server isn't reached: {type(error).__name__}")


def _said_no(code: int) -> TryLater | Refused:
    return (TryLater if code in MAYBE_LATER else Refused)("the mail server didn't take it", code)
