"""Several messages in one, within what Slack takes: 50 blocks, one table, each id once."""

from collections.abc import Sequence

from bot.render import Block, Message, clip, fallback

BLOCKS = 50  # in a message
SECTION = 3000  # characters of a section's text
DIVIDER: Block = {"type": "divider"}


def joined(messages: Sequence[Message]) -> Message:
    """The messages below one another, divided; every table but the first becomes text."""
    blocks: list[Block] = []
    for message in messages:
        if blocks and not _small(message["blocks"]):
            blocks.append(DIVIDER)
        blocks += message["blocks"]
    blocks = single(_one_table(blocks)[:BLOCKS])
    return {"text": fallback(blocks), "blocks": blocks}


def single(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each action_id and block_id once: those that come again get a number behind `#`."""
    actions: dict[str, int] = {}
    places: dict[str, int] = {}
    result = []
    for block in blocks:
        copy = dict(block)
        if "block_id" in copy:
            copy["block_id"] = _next(places, copy["block_id"])
        if "elements" in copy:
            copy["elements"] = [_numbered(actions, element) for element in copy["elements"]]
        for part in ("accessory", "element"):
            if part in copy:
                copy[part] = _numbered(actions, copy[part])
        result.append(copy)
    return result


def _numbered(seen: dict[str, int], element: Block) -> Block:
    if "action_id" not in element:
        return element
    return {**element, "action_id": _next(seen, element["action_id"])}


def _next(seen: dict[str, int], name: str) -> str:
    if name not in seen:
        seen[name] = 1
        return name
    stem = name.partition("#")[0]
    while True:
        seen[stem] = seen.get(stem, 1) + 1
        fresh = f"{stem}#{seen[stem]}"
        if fresh not in seen:
            seen[fresh] = 1
            return fresh


def _one_table(blocks: Sequence[Block]) -> list[Block]:
    result: list[Block] = []
    seen = False
    for block in blocks:
        if block["type"] == "table" and seen:
            rows = [" · ".join(cell.get("text", "") for cell in row) for row in block["rows"]]
            text = str(
                clip("\n".join(rows).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), SECTION)
            )
            result.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
        else:
            seen = seen or block["type"] == "table"
            result.append(block)
    return result


def _small(blocks: Sequence[Block]) -> bool:
    """Whether these blocks belong to what stands above: one line and its buttons."""
    return bool(blocks) and blocks[0]["type"] == "context"
