"""Whether a date in a question is the day that is asked about, or belongs to the asker's story.

"What did Top Rated ask for in 2019" is about 2019; "I joined in 2017, how do I get Top Rated" is about today.
"""

from __future__ import annotations

import re
from itertools import pairwise

from intents.entities import Times
from intents.text import names_any, words

CLAUSES = re.compile(r"[,.;:!?]+|\b(?:and|but|so)\b", re.IGNORECASE)
BARE = 4
"""So few words are a date and its subject, as in a follow-up: "and in 2019?"."""


def asked_about(text: str, times: Times, questions: frozenset[str]) -> bool:
    """Whether `text`, which holds a date, asks how things stood then.

    `questions` are words that questions start with. A question in the past tense that is not about the
    asker asks about a time; else a story does not, and neither does a date that something counts from.
    """
    spelt = words(text)
    if len(spelt) <= BARE or names_any(text, (" ".join(words(cue)) for cue in times.cues)):
        return True
    for clause in CLAUSES.split(text):
        part = words(clause)
        if part and part[0] in questions and _past(part, times):
            return True
    return not set(spelt) & {*times.own, *times.story}


def _past(part: list[str], times: Times) -> bool:
    return any(word in times.past and after not in times.own for word, after in pairwise(part))
