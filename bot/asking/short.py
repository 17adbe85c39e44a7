"""A page on a subject, cut to what was asked; the rest waits behind "More about this"."""

from bot.asking.compose import shortened
from bot.asking.direct import written
from bot.messages import Asked, Reply
from bot.render import Message, Renderer
from intents.model import Intent, Understood

PAGES = frozenset(
    {
        "topic",
        "overview",
        "criteria",
        "perks",
        "perk",
        "compare",
        "threshold",
        "weeks",
        "lost",
        "regain",
        "referral",
    }
)
"""Kinds of reply that are pages on a subject: who asked in words gets what was asked, the rest on demand."""
AFTER = frozenset({"credits", "next", "about"})
"""Blocks that stand below an answer."""


def whole(asked: Asked, item: Understood, intent: Intent, reply: Reply) -> str | None:
    """What asks for the whole page; None where the reply is the page, short or somebody's own already."""
    if asked.direct is not None or reply.private or intent.reply not in PAGES:
        return None
    return written(intent.id, item.slots) if reply.template == f"replies/{intent.id}.j2" else None


def shown(renderer: Renderer, reply: Reply) -> Message:
    """A reply as it is sent; one that has a page behind it in short, with the way to the page."""
    message = renderer.message(reply.template, reply.context)
    page = reply.context.get("whole")
    brief = shortened(message) if page is not None else None
    if brief is None:
        return message
    more = renderer.message("replies/more.j2", {"page": page})["blocks"]
    blocks = brief["blocks"]
    at = next((n for n, block in enumerate(blocks) if block.get("block_id") in AFTER), len(blocks))
    return {"text": brief["text"], "blocks": [*blocks[:at], *more, *blocks[at:]]}
