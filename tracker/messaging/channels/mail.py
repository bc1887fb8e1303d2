"""Send a digest by mail, always under the digest's own Message-ID."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage, get_connection

from tracker.messaging.channels.outcomes import PutOff, Refused, Unknown
from tracker.messaging.models import Delivery


def send(delivery: Delivery) -> None:
    """Hand the mail to the server; raises `PutOff`, `Refused` or `Unknown`."""
    message = EmailMessage(
        subject=" ".join(delivery.subject.split()),
        body=delivery.body,
        to=[delivery.address],
        headers={"Message-ID": delivery.digest.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(),
    )
    connected = False
    try:
        message.connection.open()
        connected = True
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _raise(code, text, error)
    except smtplib.SMTPServerDisconnected as error:
        raise (Unknown if connected else PutOff)(f"The mail server broke off: {error}") from error
    except smtplib.SMTPResponseException as error:
        _raise(error.smtp_code, error.smtp_error, error)
    except TimeoutError as error:
        raise (Unknown if connected else PutOff)("The mail server did not answer in time.") from error
    except OSError as error:
        raise (Unknown if connected else PutOff)(f"The mail server cannot be reached: {error}") from error
    finally:
        if connected:
            _close(message)


def _close(message: EmailMessage) -> None:
    try:
        message.connection.close()
    except (smtplib.SMTPException, OSError):
        # The mail is with the server by now; a connection that ends badly changes nothing about that.
        return


def _raise(code: int, text: bytes | str, cause: Exception) -> None:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    outcome = Refused if 500 <= code < 600 else PutOff
    raise outcome(f"The mail server answered {code} {said}") from cause
