"""The referral offer of 2019: who may take part, the personal link, friends' progress, the day of payment."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from knowledge import offers, referrals
from knowledge.load import load
from knowledge.offers import OfferState
from knowledge.referrals import Standing

KNOWLEDGE = load()
OFFER = KNOWLEDGE.offers["referral_2019"]
SECRET = b"a secret for tests"
OPEN = dt.date(2019, 3, 1)
LATE = dt.date(2019, 4, 16)


@dataclass(frozen=True)
class Friend:
    friend_id: str = "f-9"
    registered_on: dt.date = dt.date(2019, 2, 1)
    code: str | None = field(default_factory=lambda: referrals.code(OFFER, "f-1", SECRET))
    new_to_platform: bool | None = True
    earned: Mapping[str, Decimal] = field(default_factory=dict)
    reached_on: dt.date | None = None


def progress(friend: Friend, day: str) -> referrals.Progress:
    mine = referrals.code(OFFER, "f-1", SECRET)
    return referrals.progress(OFFER, friend, mine, dt.date.fromisoformat(day))


def usd(amount: str) -> Mapping[str, Decimal]:
    return {"customer_service": Decimal(amount)}


def test_its_terms_are_those_of_the_page() -> None:
    view = offers.view(KNOWLEDGE, "referral_2019", OPEN)
    assert (view.countries, view.programs, view.email_opt_in) == (("US",), ("Top Rated",), True)
    assert (view.reward, view.amount, view.category) == ("$100", "$500", "Customer Service")
    assert (view.by, view.until) == ("15 Apr 2019", "15 Apr 2019")
    assert view.fee_free
    assert view.business_days == 5
    assert view.friend == "1 month of Freelancer Plus"
    assert view.source.id == "s4"
    assert view.hedge == ""
    assert len(view.steps) == 3
    assert {question.id for question in view.questions} == {
        "how_to_join",
        "which_projects",
        "when_paid",
        "fee",
        "other_categories",
        "not_top_rated",
        "existing_members",
    }


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2018-12-31", OfferState.UPCOMING),
        ("2019-03-01", OfferState.OPEN),
        ("2019-04-15", OfferState.OPEN),
        ("2019-04-16", OfferState.ENDED),
        ("2026-11-22", OfferState.ENDED),
    ],
)
def test_it_is_open_until_15_april_2019(day: str, state: OfferState) -> None:
    when = dt.date.fromisoformat(day)
    assert offers.state(OFFER, when) is state
    assert (offers.open_on(KNOWLEDGE, when) is OFFER) == (state is OfferState.OPEN)
    assert (offers.ended_before(KNOWLEDGE, when) is OFFER) == (state is OfferState.ENDED)


@pytest.mark.parametrize(
    ("country", "programs", "opted_in", "allowed", "unmet"),
    [
        ("US", ["top_rated"], True, True, []),
        ("us", ["rising_talent", "top_rated"], True, True, []),
        ("CA", ["top_rated"], True, False, ["country"]),
        ("US", ["rising_talent"], True, False, ["program"]),
        ("US", [], False, False, ["program", "email_opt_in"]),
        ("US", None, True, None, []),
        (None, ["top_rated"], True, None, []),
        (None, [], True, False, ["program"]),
        ("US", ["top_rated"], None, None, []),
    ],
)
def test_top_rated_freelancers_in_the_us_who_get_our_emails_may_take_part(
    country: str | None,
    programs: list[str] | None,
    opted_in: bool | None,
    allowed: bool | None,
    unmet: list[str],
) -> None:
    found = offers.admission(OFFER, OPEN, country=country, programs=programs, email_opt_in=opted_in)
    assert found.allowed is allowed
    assert [reason.id for reason in found.reasons if reason.met is False] == unmet


def test_nobody_may_take_part_after_it_ended() -> None:
    day = dt.date(2019, 4, 16)
    found = offers.admission(OFFER, day, country="US", programs=["top_rated"], email_opt_in=True)
    assert found.allowed is False
    assert [reason.id for reason in found.reasons if reason.met is False] == ["window"]


def test_a_personal_code_names_its_owner_and_cannot_be_made_up() -> None:
    mine = referrals.code(OFFER, "f-1/ü", SECRET)
    assert mine == referrals.code(OFFER, "f-1/ü", SECRET)
    assert referrals.referrer(OFFER, mine, SECRET) == "f-1/ü"
    assert referrals.referrer(OFFER, mine, b"another secret") is None
    other = referrals.code(OFFER, "f-2", SECRET)
    forged = other.split(".")[0] + "." + mine.split(".")[1]
    for wrong in (forged, mine[:-1], "", "a.b.c", "ä.ö", "only", mine + "="):
        assert referrals.referrer(OFFER, wrong, SECRET) is None
    with pytest.raises(ValueError, match="secret"):
        referrals.code(OFFER, "f-1", b"")


def test_a_code_is_good_for_its_own_offer_only() -> None:
    another = OFFER.model_copy(update={"id": "referral_2030"})
    assert referrals.referrer(another, referrals.code(OFFER, "f-1", SECRET), SECRET) is None


@pytest.mark.parametrize("base", ["https://market.example/join", "https://market.example/join?lang=en#top"])
def test_the_personal_link_carries_the_code(base: str) -> None:
    mine = referrals.code(OFFER, "f-1", SECRET)
    parts = urlsplit(referrals.link(base, mine))
    asked = parse_qs(parts.query)
    assert asked.pop(referrals.PARAMETER) == [mine]
    assert asked == parse_qs(urlsplit(base).query)
    assert (parts.netloc, parts.path, parts.fragment) == ("market.example", "/join", urlsplit(base).fragment)


def test_a_friend_on_the_way_shows_what_is_missing() -> None:
    found = progress(Friend(earned=usd("320.50")), "2019-03-01")
    assert found.standing is Standing.ON_THE_WAY
    assert (found.earned, found.needed, found.missing) == (Decimal("320.50"), Decimal(500), Decimal("179.50"))
    assert found.share == pytest.approx(0.641)
    assert found.by == dt.date(2019, 4, 15)
    assert found.payout_by is None


def test_only_customer_service_work_counts() -> None:
    found = progress(Friend(earned={"writing": Decimal(900), "customer_service": Decimal(100)}), "2019-03-01")
    assert found.earned == Decimal(100)
    assert found.standing is Standing.ON_THE_WAY


def test_a_friend_who_earned_enough_brings_the_reward() -> None:
    friend = Friend(earned=usd("500"), reached_on=dt.date(2019, 3, 20))
    found = progress(friend, "2019-03-25")
    assert found.standing is Standing.EARNED
    assert found.missing == 0
    assert found.share == 1.0
    assert found.payout_by == dt.date(2019, 4, 5)
    later = progress(friend, "2026-11-22")
    assert later.standing is Standing.EARNED
    assert referrals.rewards(OFFER, [found, later, progress(Friend(), "2019-03-25")]) == Decimal(200)


@pytest.mark.parametrize(
    ("friend", "day", "standing", "why"),
    [
        (Friend(earned=usd("499.99")), "2019-04-15", Standing.ON_THE_WAY, None),
        (Friend(earned=usd("499.99")), "2019-04-16", Standing.MISSED, None),
        (Friend(earned=usd("600"), reached_on=dt.date(2019, 4, 15)), "2019-05-01", Standing.EARNED, None),
        (
            Friend(earned=usd("600"), reached_on=dt.date(2019, 4, 16)),
            "2019-05-01",
            Standing.MISSED,
            "reached_on",
        ),
        (Friend(earned=usd("600"), reached_on=dt.date(2019, 4, 10)), "2019-04-01", Standing.ON_THE_WAY, None),
        (Friend(earned=usd("600")), "2019-05-01", Standing.UNKNOWN, "reached_on"),
        (Friend(earned=usd("600")), "2019-04-01", Standing.EARNED, None),
        (Friend(registered_on=dt.date(2019, 4, 16)), "2019-04-20", Standing.NOT_COUNTED, "registered_on"),
        (Friend(code="another.code"), "2019-03-01", Standing.NOT_COUNTED, "code"),
        (Friend(code=None, earned=usd("600")), "2019-03-01", Standing.UNKNOWN, "code"),
        (Friend(new_to_platform=False), "2019-03-01", Standing.NOT_COUNTED, "new_to_platform"),
        (Friend(new_to_platform=None, earned=usd("600")), "2019-03-01", Standing.UNKNOWN, "new_to_platform"),
    ],
)
def test_each_condition_is_looked_at(friend: Friend, day: str, standing: Standing, why: str | None) -> None:
    found = progress(friend, day)
    assert (found.standing, found.why) == (standing, why)


@pytest.mark.parametrize(
    ("reached", "paid"),
    [
        ("2019-02-01", "2019-03-07"),
        ("2019-03-31", "2019-04-05"),
        ("2019-04-15", "2019-05-07"),
        ("2018-12-05", "2019-01-07"),
    ],
)
def test_it_is_paid_within_five_business_days_after_the_months_end(reached: str, paid: str) -> None:
    found = offers.payout_by(OFFER, dt.date.fromisoformat(reached))
    assert found.isoformat() == paid


def test_holidays_put_the_payment_off() -> None:
    new_year = dt.date(2019, 1, 1)
    paid = offers.payout_by(OFFER, dt.date(2018, 12, 5), lambda day: offers.weekday(day) and day != new_year)
    assert paid == dt.date(2019, 1, 8)
