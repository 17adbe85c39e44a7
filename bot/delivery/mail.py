"""What leaves by mail. The Message-ID comes from the job's key, so that a repeated mail is known as one."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

import aiosmtplib

from bot.delivery.errors import LaterError, RefusedError
from bot.delivery.outbox import Job
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes, and from whom. `tls` begins encrypted; `start_tls` None takes what is offered."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    tls: bool = False
    start_tls: bool | None = None
    timeout: float = 30.0


def mail_server(settings: Settings) -> MailServer | None:
    """Where mail goes; None where no server is set."""
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        tls=settings.smtp_tls == "tls",
        start_tls={"starttls": True, "none": False}.get(settings.smtp_tls),
    )


def mail_sender(server: MailServer | None) -> Callable[[Job], Awaitable[dict[str, Any]]]:
    """The sender for kind `mail`: `{to, subject, text, html?}`. Without a server, mail is parked."""

    async def send(job: Job) -> dict[str, Any]:
        if server is None:
            raise RefusedError("mail: no server is set")
        message = compose(job, server.sender)
        try:
            await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.tls,
                start_tls=server.start_tls,
                timeout=server.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = {refusal.code for refusal in error.recipients}
            if all(code >= 500 for code in codes):  # noqa: PLR2004 - RFC 5321 §4.2.1: 5yz is permanent
                raise RefusedError(f"mail: recipient refused {max(codes)}") from error
            raise LaterError(f"mail: recipient refused {min(codes)}") from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise LaterError(f"mail: login refused {error.code}") from error  # an operator can mend it
        except aiosmtplib.SMTPResponseException as error:
            if error.code >= 500:  # noqa: PLR2004
                raise RefusedError(f"mail: refused {error.code}") from error
            raise LaterError(f"mail: refused {error.code}", counts=True) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise LaterError(f"mail: {type(error).__name__}") from error
        return {"message_id": str(message["Message-ID"])}

    return send


def compose(job: Job, sender: str) -> EmailMessage:
    """The mail of a job. Raises RefusedError for an address that is none."""
    payload = job.payload
    to = " ".join(str(payload["to"]).split())
    if "@" not in parseaddr(to)[1] or "," in to:
        raise RefusedError("mail: not an address")
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = " ".join(str(payload["subject"]).split())  # a header is one line
    message["Date"] = format_datetime(job.created_at)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{hashlib.sha256(job.key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(str(payload["text"]))
    if payload.get("html"):
        message.add_alternative(str(payload["html"]), subtype="html")
    return message
