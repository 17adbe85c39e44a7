from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.lexicon import concepts, stem, vocabulary
from intents.spelling import Speller
from intents.text import MAX_WORD, MAX_WORDS, words

SENTENCES = [
    ["how", "do", "i", "get", "my", "money", "back"],
    ["transfer", "money", "to", "my", "account"],
    ["i", "need", "more", "than", "one", "account"],
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What\N{RIGHT SINGLE QUOTATION MARK}s this?", "what 's this"),
        ("I can't, won't and DON'T", "i can not will not and do not"),
        ("top rated+ or TR +", "top rated plus or tr plus"),
        ("whats ur JSS", "what 's your jss"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}bc", "abc"),
    ],
)
def test_one_spelling_for_many(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_gives_few_short_words(text: str) -> None:
    found = words(text * 50)
    assert len(found) <= MAX_WORDS
    assert all(0 < len(word) <= MAX_WORD for word in found)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("get my mony bakc", "get my money back"),
        ("transfermoney to my acount", "transfer money to my account"),
        ("moret han one account", "more than one account"),
        ("tra nsfer money", "transfer money"),
        ("moneyqto my account", "money to my account"),
        ("zebra money", "zebra money"),
    ],
)
def test_slips_are_repaired_on_letters_and_on_the_space_bar(written: str, read: str) -> None:
    assert " ".join(Speller(SENTENCES).repair(written.split())[0]) == read


def test_known_words_are_left_alone() -> None:
    speller = Speller(SENTENCES, lexicon=["monkey"])
    assert speller.repair(["monkey", "money"]) == (["monkey", "money"], [])


def test_endings_do_not_matter() -> None:
    assert {stem(word) for word in ("charge", "charges", "charged", "charging")} == {"charg"}


def test_words_said_for_each_other_share_a_concept() -> None:
    assert set(concepts("misplaced")) & set(concepts("lost"))
    assert concepts("17") == ("=number",)
    assert "misplace" in vocabulary()
