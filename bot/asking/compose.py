"""Several messages in one, within what Slack takes: 50 blocks, one table, each id once."""

from collections.abc import Iterator, Sequence

from bot.render import Block, Message, clip, fallback

BLOCKS = 50  # in a message
SECTION = 3000  # characters of a section's text
LINES = 3  # of a short answer, after its first
BRIEF = 450  # characters of a short answer
DIVIDER: Block = {"type": "divider"}
ASK = "ask"
"""The action of a button that asks the next question."""
NEXT = "next"
"""The block of an answer that holds what to do next."""


def joined(messages: Sequence[Message]) -> Message:
    """The messages below one another, divided; every table but the first becomes text.

    Several answers in one offer no next questions: each was asked by somebody who knows how. And a next
    question is not offered where a button of the same words stands already.
    """
    blocks: list[Block] = []
    several = sum(any(block.get("block_id") == NEXT for block in one["blocks"]) for one in messages) > 1
    for message in messages:
        if blocks and not _small(message["blocks"]):
            blocks.append(DIVIDER)
        blocks += _without_asking(message["blocks"]) if several else message["blocks"]
    blocks = single(_one_table(list(_offered_once(blocks)))[:BLOCKS])
    return {"text": fallback(blocks), "blocks": blocks}


def shortened(message: Message) -> Message | None:
    """The message with its first line and at most three that belong to it; None where it is as short already.

    Tables, sources and buttons stay, and so does a list that the first line leads to: it is the answer.
    """
    blocks: list[Block] = []
    room, seen, cut = BRIEF, 0, False
    for block in message["blocks"]:
        if block["type"] != "section" or "text" not in block or "accessory" in block:
            blocks.append(block)
            continue
        kept: list[str] = []
        for line in filter(str.strip, block["text"]["text"].split("\n")):
            listed = seen == 1 and line.startswith("•") and kept and _leads(kept[0])
            if listed or (seen <= LINES and (not seen or len(line) <= room)):
                kept.append(line)
                seen += not listed
                room -= len(line)
            else:
                cut = True
        while cut and len(kept) > 1 and _leads(kept[-1]):
            kept.pop()  # what it leads to is left out
        if kept:
            blocks.append({**block, "text": {**block["text"], "text": "\n".join(kept)}})
    return {"text": fallback(blocks), "blocks": blocks} if cut else None


def _leads(line: str) -> bool:
    """Whether a line leads to what stands below it."""
    return line.rstrip("*_ ").endswith(":")


def _without_asking(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if block.get("block_id") != NEXT:
            yield block
        elif elements := [element for element in block["elements"] if not _asks(element)]:
            yield {**block, "elements": elements}


def _offered_once(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks without next questions whose label, and what it does or asks, was there before."""
    seen: dict[str, set[str]] = {}
    for block in blocks:
        if block["type"] != "actions":
            yield block
            continue
        elements = []
        for element in block["elements"]:
            label = (element.get("text") or {}).get("text", "")
            does = element.get("value", "") if _asks(element) else "another thing"
            if _asks(element) and seen.get(label, set()) & {does, "another thing"}:
                continue
            seen.setdefault(label, set()).add(does)
            elements.append(element)
        if elements:
            yield {**block, "elements": elements}


def _asks(element: Block) -> bool:
    return str(element.get("action_id", "")).partition("#")[0] == ASK


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
