"""Send a digest by mail, always under the digest's own Message-ID."""

from __future__ import annotations

import contextlib
import smtplib

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from tracker.messaging.channels.outcomes import PutOff, Refused, Unknown
from tracker.messaging.copies import stop_address
from tracker.messaging.models import Delivery


def send(delivery: Delivery) -> None:
    """Hand a delivery's mail to the server; raises `PutOff`, `Refused` or `Unknown`."""
    hand_over(subject=delivery.subject, body=delivery.body, to=delivery.address, headers=_headers(delivery))


def hand_over(*, subject: str, body: str, to: str, headers: dict[str, str] | None = None) -> None:
    """Hand one mail to the server; raises `PutOff`, `Refused` or `Unknown`."""
    connection = get_connection()
    message = EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
        connection=connection,
    )
    try:
        _open(connection)
        _hand_over(message)
    finally:
        # The mail is with the server by now, or is not; a connection that ends badly changes nothing about that.
        with contextlib.suppress(OSError):
            connection.close()


def _headers(delivery: Delivery) -> dict[str, str]:
    headers = {"Message-ID": delivery.digest.message_id}
    if delivery.digest.user is not None:
        # RFC 2369 and RFC 8058: the mail program's own button stops the copies, with one request and no sign-in.
        headers["List-Unsubscribe"] = f"<{stop_address(delivery.digest.user)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _open(connection: BaseEmailBackend) -> None:
    """Connect and sign in. Whatever goes wrong here is the server's or the settings' fault, never the recipient's."""
    try:
        connection.open()
    except smtplib.SMTPResponseException as error:
        raise PutOff(_answer(error.smtp_code, error.smtp_error)) from error
    except OSError as error:
        raise PutOff(f"The mail server cannot be reached: {error}") from error


def _hand_over(message: EmailMessage) -> None:
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise _outcome(code)(_answer(code, text)) from error
    except smtplib.SMTPResponseException as error:
        raise _outcome(error.smtp_code)(_answer(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPServerDisconnected as error:
        raise _broken(error) from error
    except smtplib.SMTPException as error:
        raise PutOff(f"The mail could not be handed over: {error}") from error
    except OSError as error:
        raise _broken(error) from error


def _broken(error: Exception) -> Unknown:
    """Return the outcome of a line that broke: whether the server had taken the mail by then, nobody can tell."""
    return Unknown(f"The mail server broke off or did not answer in time: {error}")


def _outcome(code: int) -> type[PutOff] | type[Refused]:
    return Refused if 500 <= code < 600 else PutOff


def _answer(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"The mail server answered {code} {said}"
