"""A message as plain text that a person can read and compare: one line per thought, tables with bars."""

from bot.render import Block


def drawn(blocks: list[Block]) -> str:
    """The blocks from top to bottom."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block["type"]:
        case "header":
            return [f"# {block['text']['text']}"]
        case "divider":
            return ["---"]
        case "section":
            texts = [block["text"]["text"]] if "text" in block else []
            texts += [field["text"] for field in block.get("fields", ())]
            side = [f"[{block['accessory']['text']['text']}]"] if "accessory" in block else []
            return [*texts, *side]
        case "context":
            return [f"~ {element['text']}" for element in block["elements"]]
        case "table":
            return ["| " + " | ".join(cell["text"] for cell in row) + " |" for row in block["rows"]]
        case "actions":
            return [" ".join(f"[{element['text']['text']}]" for element in block["elements"])]
        case other:
            return [f"({other})"]
