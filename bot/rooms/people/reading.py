"""Reading JSON and JSON Lines piece by piece: each record with the line it begins on, never the whole file.

A `.json` file holds an array of records, one record, or `{"freelancers": […], "referrals": […]}`; a `.jsonl`
(or `.ndjson`) file one of them a line, a referral being what has a `referrer_id`.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHUNK = 1 << 18  # characters read at a time
ITEM_LIMIT = 8 << 20  # characters of one record; a real one has some ten thousand

_SPACE = re.compile(r"[ \t\r\n]*")
_LISTS = {"freelancers", "records", "referrals"}
_DECODER = json.JSONDecoder()

Progress = Callable[[int], None]
"""Called with the number of bytes read since the last call."""


@dataclass(frozen=True, slots=True)
class Item:
    """A record or referral as it was read. `lines` says where its parts stand, if not at `line` of `file`."""

    file: str
    line: int
    data: Any
    lines: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def is_referral(self) -> bool:
        """Whether this is a referral rather than a freelancer's record."""
        return isinstance(self.data, dict) and "referrer_id" in self.data


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be taken: where, which record and field, why, and what to do."""

    file: str
    line: int
    record: str
    field: str
    reason: str
    cure: str


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """The rest of the file makes no sense: reason, cure."""


def read_lines(path: Path, progress: Progress) -> Iterator[Item | Problem]:
    """The items of a JSON Lines file; a line that is no JSON is a problem of its own."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(ITEM_LIMIT):
            number += 1
            progress(len(line))
            if len(line) == ITEM_LIMIT and not line.endswith(b"\n"):
                yield Problem(path.name, number, "", "", "the line is too long", "split the file into lines")
                return
            text = line.removeprefix(codecs.BOM_UTF8).strip()
            if not text:
                continue
            try:
                yield Item(path.name, number, json.loads(text))
            except UnicodeDecodeError:
                yield Problem(path.name, number, "", "", "is not UTF-8", "save the file as UTF-8")
            except (json.JSONDecodeError, RecursionError) as error:
                yield Problem(
                    path.name, number, "", "", f"is no JSON: {_said(error)}", "write one object a line"
                )


def read_json(path: Path, progress: Progress) -> Iterator[Item | Problem]:
    """The items of a JSON file. What comes after a place that is no JSON cannot be read."""
    with path.open("rb") as file:
        text = _Text(file, progress)
        try:
            for line, data in _documents(text):
                yield Item(path.name, line, data)
        except _Unreadable as stop:
            reason, cure = stop.args
            yield Problem(path.name, text.line(), "", "", reason, cure)


class _Text:
    """A file's text seen through a window that moves on; knows the line it is at."""

    def __init__(self, file: Any, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._done = False
        self._lines_before = 1
        self.window = ""
        self.at = 0

    def line(self) -> int:
        return self._lines_before + self.window.count("\n", 0, self.at)

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        if self._done:
            return False
        raw: bytes = self._file.read(CHUNK)
        self._progress(len(raw))
        self._done = not raw
        self._lines_before = self.line()
        try:
            self.window = self.window[self.at :] + self._decoder.decode(raw, final=self._done)
        except UnicodeDecodeError:
            raise _Unreadable("is not UTF-8 from here on", "save the file as UTF-8") from None
        self.at = 0
        return True

    def peek(self) -> str:
        """The next character that is not space; empty at the end."""
        while True:
            found = _SPACE.match(self.window, self.at)
            assert found is not None, "the pattern matches the empty text"
            self.at = found.end()
            if self.at < len(self.window):
                return self.window[self.at]
            if not self.more():
                return ""

    def take(self, wanted: str) -> None:
        if self.peek() != wanted:
            found = self.peek() or "the end of the file"
            raise _Unreadable(
                f"is no JSON: {wanted!r} expected, found {found!r}; the rest of the file was not read",
                "mend the JSON here and import again",
            )
        self.at += 1

    def value(self) -> Any:
        """The JSON value that begins here."""
        self.peek()
        while True:
            # A number may go on in the next piece: it counts only when something follows it.
            try:
                found, end = _DECODER.raw_decode(self.window, self.at)
                if end < len(self.window) or self._done:
                    self.at = end
                    return found
            except RecursionError:
                raise _Unreadable("is nested too deeply", "see the format of a record") from None
            except json.JSONDecodeError as error:
                if self._done or len(self.window) - self.at > ITEM_LIMIT:
                    self.at = min(error.pos, len(self.window))
                    raise _Unreadable(
                        f"is no JSON: {_said(error)}; the rest of the file was not read",
                        "mend the JSON here and import again",
                    ) from None
            self.more()


def _documents(text: _Text) -> Iterator[tuple[int, Any]]:
    match text.peek():
        case "":
            return
        case "[":
            yield from _array(text)
        case "{":
            yield from _object(text)
        case other:
            raise _Unreadable(
                f"begins with {other!r}", "write an array of records, or one record a line in a .jsonl file"
            )
    if text.peek():
        raise _Unreadable(
            "goes on after its end; the rest was not read",
            "put the records into one array, or name the file .jsonl",
        )


def _array(text: _Text) -> Iterator[tuple[int, Any]]:
    text.take("[")
    if text.peek() == "]":
        text.at += 1
        return
    while True:
        text.peek()
        yield text.line(), text.value()
        if text.peek() == "]":
            text.at += 1
            return
        text.take(",")


def _object(text: _Text) -> Iterator[tuple[int, Any]]:
    """The lists inside of the object, or the object itself if it is a record."""
    begins = text.line()
    text.take("{")
    rest: dict[str, Any] = {}
    while text.peek() != "}":
        key = text.value()
        text.take(":")
        if key in _LISTS and text.peek() == "[":
            yield from _array(text)
        else:
            rest[str(key)] = text.value()
        if text.peek() != "}":
            text.take(",")
    text.take("}")
    if rest:
        yield begins, rest


def _said(error: Exception) -> str:
    return error.msg.lower() if isinstance(error, json.JSONDecodeError) else "nested too deeply"
