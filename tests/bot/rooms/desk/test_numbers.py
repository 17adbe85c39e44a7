"""Numbers that can be said, and in which a slip is noticed."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rooms.desk.numbers import ALPHABET, find_numbers, new_number, parse_number

seeds = st.integers(0, 2**32)


@given(seeds)
def test_a_number_is_read_back_however_it_is_written(seed: int) -> None:
    number = new_number(random.Random(seed))
    for said in (number, number.lower(), number.replace("-", ""), number.replace("-", " "), number[4:]):
        assert parse_number(said) == number


@given(seeds, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_always_noticed(seed: int, place: int, symbol: str) -> None:
    plain = new_number(random.Random(seed)).replace("-", "")[3:]
    wrong = plain[:place] + symbol + plain[place + 1 :]
    assert (parse_number(wrong) is None) == (wrong != plain)


@given(seeds)
def test_two_symbols_exchanged_are_always_noticed(seed: int) -> None:
    plain = new_number(random.Random(seed)).replace("-", "")[3:]
    for i, j in combinations(range(6), 2):
        swapped = list(plain)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        if swapped[i] != swapped[j]:
            assert parse_number("".join(swapped)) is None


def test_numbers_in_a_text_are_found_once_each_and_only_valid_ones() -> None:
    first, second = (new_number(random.Random(seed)) for seed in (1, 2))
    text = f"see {first.lower()}, {second.replace('-', ' ')} and {first}; not LRL-222-223 nor LRLX-123"
    assert find_numbers(text) == [first, second]


@pytest.mark.parametrize("nonsense", ["", "LRL", "LRL-0O0-0O0", "12345678", "ÄÖÜ-ßßß", "LRL-7K3-9QXX"])
def test_what_is_no_number_is_none(nonsense: str) -> None:
    assert parse_number(nonsense) is None


def test_numbers_do_not_follow_each_other() -> None:
    source = random.Random(3)
    numbers = [new_number(source) for _ in range(1000)]
    assert len(set(numbers)) == 1000
    assert numbers != sorted(numbers)


def test_no_symbol_looks_or_sounds_like_a_vowel_or_another_digit() -> None:
    assert set(ALPHABET).isdisjoint("AEIOU01")
