"""What stands elsewhere: the mail server and the source of records."""

import aiosmtplib

from bot.delivery import mail_server
from bot.doctor.finding import Finding, broken, off, ok
from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.sources import open_source
from bot.settings import Settings, SettingsError
from bot.store import Store

_NOBODY = "laurel-doctor"
"""An id that no freelancer has: whether the source answers is asked, not whom it knows."""


async def mail(settings: Settings) -> Finding:
    """Whether the mail server takes our name and password. Nothing is sent."""
    server = mail_server(settings)
    if server is None:
        return off("mail", "no server is set", "set LAUREL_SMTP_HOST and _FROM for codes and receipts")
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        start_tls=server.start_tls,
        timeout=server.timeout,
    )
    try:
        async with client:
            if server.user is not None:
                await client.login(server.user, server.password or "")
            await client.noop()
    except aiosmtplib.SMTPAuthenticationError:
        return broken("mail", f"{server.host} refuses the login", "check LAUREL_SMTP_USER and _PASSWORD")
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        seen = f"{server.host}:{server.port} does not answer ({type(error).__name__})"
        return broken("mail", seen, "check LAUREL_SMTP_HOST, _PORT and _TLS")
    return ok("mail", f"{server.host} takes mail")


async def records(settings: Settings, store: Store) -> Finding:
    """Whether the source of records answers."""
    try:
        source = open_source(settings, store)
    except SettingsError as error:
        return broken("records", str(error), "check LAUREL_RECORDS")
    try:
        await source.record(_NOBODY)
    except SourceUnreachableError as error:
        return broken("records", f"out of reach ({error})", "check LAUREL_RECORDS and _TOKEN or _QUERIES")
    finally:
        await source.close()
    return ok("records", "the store" if settings.records == "store" else "the source answers")
