"""Mail through a real SMTP server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from bot.delivery import Delivery, MailServer, mail_sender
from bot.store import Store
from tests.bot.delivery.steps import enqueue, parked, settle
from tests.clock import Clock

MAIL = {
    "to": "ada@example.com",
    "subject": "Your ticket\r\nBcc: all@example.com",
    "text": "We have it: naïve.",
}


class Inbox:
    """What the server got, and what it says to the next mails."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def server(inbox: Inbox) -> AsyncIterator[MailServer]:
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(inbox), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield MailServer("127.0.0.1", port, "Laurel <laurel@example.com>")
    listening.close()
    await listening.wait_closed()


@pytest.fixture
async def delivery(sqlite_store: Store, clock: Clock, server: MailServer) -> AsyncIterator[Delivery]:
    delivery = Delivery(sqlite_store, clock=clock)
    delivery.send("mail", mail_sender(server))
    yield delivery
    await delivery.stop()


async def test_a_mail_arrives_with_an_id_made_from_its_key_and_no_smuggled_header(
    sqlite_store: Store, delivery: Delivery, clock: Clock, inbox: Inbox
) -> None:
    await enqueue(
        sqlite_store, clock, key="receipt 1", kind="mail", payload={**MAIL, "html": "<p>We have it.</p>"}
    )
    await settle(sqlite_store, delivery, clock)
    [mail] = inbox.mails
    assert mail["To"] == "ada@example.com"
    assert mail["Subject"] == "Your ticket Bcc: all@example.com"
    assert mail["Bcc"] is None
    assert mail["Message-ID"].endswith("@example.com>")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "We have it: naïve."
    assert html.get_content().strip() == "<p>We have it.</p>"


async def test_a_repeated_mail_has_the_same_id_so_that_it_counts_as_one(
    sqlite_store: Store, delivery: Delivery, clock: Clock, inbox: Inbox
) -> None:
    await enqueue(sqlite_store, clock, key="receipt 1", kind="mail", payload=MAIL)
    await enqueue(sqlite_store, clock, key="receipt 2", kind="mail", payload=MAIL)
    await settle(sqlite_store, delivery, clock)
    first = {mail["Message-ID"] for mail in inbox.mails}
    assert len(first) == 2
    from bot.delivery.mail import compose
    from bot.delivery.outbox import Job

    job = Job(1, "receipt 1", "mail", None, "", None, MAIL, 2, clock(), "")
    assert compose(job, "Laurel <laurel@example.com>")["Message-ID"] in first


@pytest.mark.parametrize("answer", ["451 try again", "421 closing"])
async def test_a_busy_server_is_asked_again(
    sqlite_store: Store, delivery: Delivery, clock: Clock, inbox: Inbox, answer: str
) -> None:
    inbox.answers = [answer] * 3
    await enqueue(sqlite_store, clock, key="a", kind="mail", payload=MAIL)
    await settle(sqlite_store, delivery, clock)
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"to": "nobody@example.com"}, "mail: recipient refused 550"),
        ({"to": "not an address"}, "mail: not an address"),
        ({"to": "a@example.com, b@example.com"}, "mail: not an address"),
    ],
)
async def test_a_mail_that_nobody_will_ever_take_is_parked(
    sqlite_store: Store, delivery: Delivery, clock: Clock, *, change: dict[str, str], reason: str
) -> None:
    await enqueue(sqlite_store, clock, key="a", kind="mail", payload={**MAIL, **change})
    await settle(sqlite_store, delivery, clock)
    assert await parked(sqlite_store) == {"a": reason}


async def test_a_server_that_is_away_is_waited_for(
    sqlite_store: Store, clock: Clock, inbox: Inbox, server: MailServer
) -> None:
    nowhere = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = nowhere.sockets[0].getsockname()[1]
    nowhere.close()
    await nowhere.wait_closed()
    delivery = Delivery(sqlite_store, clock=clock)
    delivery.send("mail", mail_sender(MailServer("127.0.0.1", port, server.sender)))
    await enqueue(sqlite_store, clock, key="a", kind="mail", payload=MAIL)
    await delivery.drain()
    assert await parked(sqlite_store) == {}
    delivery.send("mail", mail_sender(server))
    await settle(sqlite_store, delivery, clock)
    assert len(inbox.mails) == 1


async def test_without_a_server_a_mail_is_parked_with_that_reason(sqlite_store: Store, clock: Clock) -> None:
    delivery = Delivery(sqlite_store, clock=clock)
    delivery.send("mail", mail_sender(None))
    await enqueue(sqlite_store, clock, key="a", kind="mail", payload=MAIL)
    await settle(sqlite_store, delivery, clock)
    assert await parked(sqlite_store) == {"a": "mail: no server is set"}
