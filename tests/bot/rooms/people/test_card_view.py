"""What a verdict says is decided before it is worded: the headline, the rows, what lies ahead."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.rooms.people.card import card
from bot.rooms.people.card_parts import Fall, Line, Loss, Provenance, Sign, Turn
from bot.rooms.people.card_view import TURNS, Card, Headline, Prospect, checked, grounds
from knowledge.case import Case
from knowledge.load import load
from knowledge.record import parse_record
from knowledge.rules import Rulebook
from tests.bot.rooms.people.samples import DAY, freelancer

RULES = Rulebook(load())
WHOLE = card(Case.of(parse_record(freelancer()), RULES, DAY), "top_rated")


def line(name: str, status: str, **more: Any) -> Line:
    return Line(name, name, status, more.pop("value", ""), "90%", more.pop("advice", None), "A page", **more)


def drawn(status: str, *lines: Line, **more: Any) -> Card:
    return replace(WHOLE, status=status, lines=lines, **more)


@pytest.mark.parametrize(
    ("shown", "headline"),
    [
        (drawn("eligible"), Headline.ELIGIBLE),
        (drawn("eligible_at_discretion"), Headline.AT_DISCRETION),
        (drawn("by_invitation"), Headline.BY_INVITATION),
        (drawn("by_invitation", line("invitation", "unmet")), Headline.NOT_INVITED),
        (drawn("by_invitation", line("invitation", "unknown")), Headline.BY_INVITATION),
        (drawn("not_eligible", line("jss", "unmet")), Headline.NOT_MET),
        (drawn("not_eligible", line("invitation", "unmet"), line("jss", "unmet")), Headline.NEEDS_INVITATION),
        (drawn("not_eligible", line("no_jss", "unmet")), Headline.HAS_SCORE),
        (drawn("not_eligible", line("invitation", "unmet"), begins=DAY), Headline.NOT_BEGUN),
        (drawn("discontinued", stale_days=200), Headline.ENDED),
        (drawn("unknown", stale_days=200), Headline.STALE),
        (drawn("unknown"), Headline.UNCERTAIN),
    ],
)
def test_each_verdict_has_its_headline(shown: Card, headline: Headline) -> None:
    assert shown.headline is headline


def test_what_is_unmet_stands_before_what_is_unknown_and_what_can_be_told_has_its_own_rows() -> None:
    shown = drawn(
        "not_eligible",
        line("a", "met"),
        line("b", "unknown"),
        line("c", "unmet"),
        line("d", "unknown", tells=True),
    )
    assert [row.id for row in shown.open] == ["c", "b", "d"]
    assert [row.id for row in shown.untold] == ["c", "b"]
    assert [row.id for row in shown.telling] == ["d"]
    assert [row.id for row in shown.met] == ["a"]
    assert (shown.unmet_count, shown.count) == (1, 4)


def test_an_invitation_that_is_lacking_gets_no_red_cross() -> None:
    assert drawn("by_invitation", line("invitation", "unmet")).open[0].sign is Sign.NOT_IN_HAND
    assert drawn("not_eligible", line("invitation", "unmet")).open[0].sign is Sign.UNMET


def test_advice_that_speaks_of_a_record_is_left_out_where_none_was_looked_at() -> None:
    unknown = line("jss", "unknown", advice="The record does not say.")
    [recorded] = drawn("unknown", unknown).open
    [told] = drawn("unknown", unknown, recorded=False).open
    [stale] = drawn("unknown", unknown, stale_days=200).open
    assert (recorded.advice, recorded.unknown) == ("The record does not say.", False)
    assert (told.advice, told.unknown) == (None, True)
    assert (stale.advice, stale.unknown) == (None, False)


def test_a_badge_at_risk_goes_before_the_earliest_day_and_can_be_looked_at_again() -> None:
    soon = drawn("not_eligible", earliest_on=DAY, assumption="If so.")
    assert soon.reminder == f"top_rated|{DAY}|earliest"
    later = DAY + dt.timedelta(days=9)
    falls = replace(soon, fall=Fall(later, ("Earnings",), "If not."))
    assert falls.ahead is not None
    assert (falls.ahead.prospect, falls.ahead.labels) == (Prospect.RISK, ("Earnings",))
    assert falls.reminder == f"top_rated|{later}|risk"


def test_no_day_is_promised_for_what_time_does_not_bring() -> None:
    beyond = drawn("not_eligible", line("jss", "unmet"), earliest_on=None, assumption="If so.")
    assert beyond.ahead is not None
    assert (beyond.ahead.prospect, beyond.reminder) == (Prospect.BEYOND, None)
    for lacking in ("invitation", "no_jss"):
        assert replace(beyond, lines=(line(lacking, "unmet"),)).ahead is None
    assert WHOLE.ahead is None


def test_a_loss_names_a_few_criteria_and_no_advice_that_stands_below() -> None:
    turns = tuple(Turn(name, DAY, None, "", "", "Do it.") for name in "abcdefgh")
    lost = drawn("not_eligible", line("b", "unmet"), loss=Loss(DAY, DAY, turns))
    assert len(lost.turns) == TURNS
    assert [turn.advice for turn in lost.turns[:3]] == ["Do it.", None, "Do it."]


def test_pictures_are_drawn_where_they_show_something() -> None:
    assert WHOLE.strip is not None
    assert (WHOLE.strip.good, WHOLE.strip.total, WHOLE.strip.gaps) == (16, 16, False)
    assert WHOLE.bar is not None
    assert WHOLE.bar.lacking == 0
    assert replace(WHOLE, squares=("bad", "unknown")).strip is None
    old = replace(WHOLE, stale_days=200)
    assert (old.strip, old.bar) == (None, None)


def test_details_follow_a_headline_that_does_not_say_it_all() -> None:
    assert drawn("not_eligible", line("jss", "unmet")).detailed
    assert not drawn("not_eligible", line("invitation", "unmet")).detailed
    assert not drawn("unknown", line("jss", "unknown"), stale_days=200).detailed
    assert not drawn("eligible", line("jss", "met")).detailed


def test_several_verdicts_rest_on_the_same_grounds_and_each_is_named_once() -> None:
    told = line("jss", "unmet", provenance=Provenance("download", 3))
    first = drawn("not_eligible", told, assumption="If so.", notes=("Level",))
    found = grounds([first, replace(first, program="rising_talent")])
    assert found is not None
    assert (found.several, found.assumption, found.downloaded) == (True, "If so.", True)
    assert (found.notes, found.sources) == (("Level",), ("A page",))
    alone = grounds([first])
    assert alone is not None
    assert (alone.several, alone.assumption) == (False, None)
    assert checked([]) == {"cards": [], "grounds": None}
