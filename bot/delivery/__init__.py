"""Everything that leaves for Slack or by mail: durable, once, in order, within limits.

A remote effect cannot be part of a transaction, so it is made repeatable instead: a message carries its job's
key as metadata, and before a second attempt the conversation is searched for that key.
"""

from bot.delivery.errors import DeliveryError, LaterError, RefusedError
from bot.delivery.mail import MailServer, mail_sender, mail_server
from bot.delivery.pacing import Pacing
from bot.delivery.workers import Delivery
from bot.store.serving import ServedError

__all__ = [
    "Delivery",
    "DeliveryError",
    "LaterError",
    "MailServer",
    "Pacing",
    "RefusedError",
    "ServedError",
    "mail_sender",
    "mail_server",
]
