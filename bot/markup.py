"""Slack's mrkdwn: what a person gave is escaped, what a template made is safe already."""

import re


class Safe(str):
    """Text that is mrkdwn already: made by a template, never by a person."""

    __slots__ = ()

    def __html__(self) -> str:
        """The marker by which jinja recognises safe text."""
        return self


def mrkdwn(value: object) -> str:
    """`value` as mrkdwn: `&`, `<`, `>` escaped, control characters gone; safe text passes unchanged."""
    if hasattr(value, "__html__"):
        return Safe(value.__html__())
    text = str(value)
    text = "".join(c for c in text if c in "\n\t" or c.isprintable() or c == "\u200d")
    return Safe(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def plain(value: object) -> str:
    """Mrkdwn without its marks, for plain_text objects and fallbacks: `*a* <http://x|b>` -> `a b`."""
    text = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", str(value))
    text = re.sub(r"<(https?://[^>]*)>", r"\1", text)
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<!\w)_([^_\n]+)_(?!\w)", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def quote(value: object) -> Safe:
    """Somebody's words as a quotation, each line marked and escaped."""
    return Safe("\n".join(f">{mrkdwn(line)}" for line in str(value).splitlines()))


def linked(label: object, address: str | None) -> Safe:
    """A label that leads to an address; the label alone where that is none of the web's."""
    if address is None or not address.startswith(("https://", "http://")):
        return Safe(mrkdwn(label))
    for sign in "<>| \n":
        address = address.replace(sign, f"%{ord(sign):02X}")
    return Safe(f"<{address.replace('&', '&amp;')}|{mrkdwn(label).replace('|', '¦')}>")
