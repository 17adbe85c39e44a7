"""Slack's markup as the words a person meant."""

import re

_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LABELLED = re.compile(r"<(?:[#!]|https?:|mailto:|tel:)[^|>]*\|([^>]*)>")
_SPECIAL = re.compile(r"<[!#][^>]*>")
_LINK = re.compile(r"<((?:https?:|mailto:|tel:)[^>]*)>")
_CALL = re.compile(r"<!(?:subteam\^)?([^|>]*)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^>]*))?>")
_NAMED_LINK = re.compile(r"<((?:https?:|mailto:|tel:)[^|>]*)\|([^>]*)>")
_FENCE = re.compile(r"```+|`")


def words_of(text: str, bot: str) -> str:
    """What somebody wrote, without our own mention, others' mentions, fences and Slack's escapes."""
    text = _USER.sub("", text) if bot else text
    text = _LABELLED.sub(r"\1", text)
    text = _SPECIAL.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _FENCE.sub(" ", text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[ \t]+", " ", text).strip()


def mentions(text: str, user: str) -> bool:
    """Whether `text` mentions that user."""
    return any(found == user for found in _USER.findall(text))


def spoken(text: str) -> str:
    """What somebody wrote, to be repeated elsewhere: all of it, layout too, but nobody is called by it.

    Mentions of people stay as they are; "<!channel>" and its like become plain words. Who types the letters
    of a mention gets an invisible sign into it, so that it never becomes one.
    """
    text = _CALL.sub(lambda found: "@" + (found[2] or found[1]).lstrip("@"), text)
    text = _CHANNEL.sub(lambda found: "#" + (found[2] or found[1]), text)
    text = _NAMED_LINK.sub(
        lambda found: found[1] if found[2] in found[1] else f"{found[2]} ({found[1]})", text
    )
    text = _LINK.sub(r"\1", text).replace("&lt;@", "<\u2060@")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
