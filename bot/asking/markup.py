"""The small markup in which moderators write: `*bold*`, `_italic_`, `[words](https://…)` and `{a.fact}`.

Everything else is said as it was typed: nobody can be called by it, and no template is read in it.
"""

import re
from collections.abc import Callable, Sequence

from bot.markup import Safe, mrkdwn

_FACT = re.compile(r"\{([^{}\n]*)\}")
_LINK = re.compile(r"\[([^\[\]\n|]+)\]\((https?://[^\s()|]+)\)")
_SENT = re.compile(r"<(https?://[^|>\s]+)(?:\|([^>]*))?>")
_CALL = re.compile(r"<[@#!][^>]*>")


def facts_in(text: str) -> Sequence[str]:
    """The facts that a text names, in order."""
    return tuple(dict.fromkeys(name.strip() for name in _FACT.findall(text)))


def said(text: str, fact: Callable[[str], str] | None = None) -> Safe:
    """A text as mrkdwn; `fact` gives what stands for a fact's name (None: names stay as they are)."""
    filled = text.strip() if fact is None else _FACT.sub(lambda found: fact(found[1].strip()), text.strip())
    return Safe(_LINK.sub(r"<\2|\1>", mrkdwn(filled)))


def written(sent: str) -> str:
    """What was sent as mrkdwn, in this markup again, to be edited."""
    text = _SENT.sub(lambda found: f"[{found[2]}]({found[1]})" if found[2] else found[1], sent)
    text = _CALL.sub("", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
