"""What people read in this room: every template renders to blocks, for every kind of verdict."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bot.render import Renderer, TemplateError
from bot.rooms.people.card import cards
from bot.rooms.people.card_view import checked
from bot.rooms.people.tables import RecordView
from knowledge.case import Case
from knowledge.load import load
from knowledge.record import parse_record
from knowledge.rules import Rulebook
from tests.bot.rooms.people.samples import DAY, freelancer, monday, payment

ROOT = Path(__file__).parents[4]
RULES = Rulebook(load())
WORDS = Renderer(ROOT / "templates")


def drawn(record: dict[str, Any], *programs: str, day: dt.date = DAY) -> str:
    found = cards(Case.of(parse_record(record), RULES, day), programs)
    message = WORDS.message("people/check.j2", {**checked(found), "viewed": None, "changes": []})
    assert len(message["blocks"]) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in message["blocks"] if "text" in block)
    return "\n".join(
        [block["text"]["text"] for block in message["blocks"] if "text" in block]
        + [e["text"] for block in message["blocks"] for e in block.get("elements", ())]
    )


def weeks(*scores: float) -> list[dict[str, Any]]:
    """Newest first."""
    return [{"week_of": str(monday(n)), "jss": score} for n, score in enumerate(scores, start=1)]


def test_who_meets_everything_reads_yes_with_the_weeks_and_the_earnings_drawn() -> None:
    text = drawn(freelancer(), "top_rated")
    assert "✅ *Top Rated: yes, you meet everything it asks for.*" in text
    assert "🟩" * 16 in text
    assert "🟦" * 10 + " $6,900 in the last 12 months, $1,000 needed" in text
    assert "✅ *Job Success Score*: 96%, needed: 90% or more" in text
    assert "Your record is of 21 November 2026." in text


def test_who_is_short_reads_by_how_much_what_to_do_and_the_earliest_day() -> None:
    record = freelancer(
        weeks=weeks(*[95.0] * 11, *[80.0] * 5),
        contracts=[{**freelancer()["contracts"][0], "payments": [payment("2026-10-05", "958.72")]}],
    )
    text = drawn(record, "top_rated")
    assert "❌ *Top Rated: not yet.* 2 of 9 criteria are not met." in text
    assert "🟥" * 5 + "🟩" * 11 in text
    assert "$41.28 short; any settled payment of that size does it." in text
    assert "2 more good weeks" in text
    assert "📅 *Earliest day:" in text
    assert "*, if the score stays at" in text


def test_a_badge_at_risk_names_the_day_and_a_lost_one_the_criteria_that_turned() -> None:
    held = [{"program": "top_rated", "from": "2025-01-01"}]
    early = {**freelancer()["contracts"][0], "payments": [payment("2025-11-30", "1500.00")]}
    text = drawn(freelancer(badges=held, contracts=[early]), "top_rated")
    assert "⚠️ *At risk:* the badge would fall on" in text
    lost = [{"program": "top_rated", "from": "2025-01-01", "until": "2026-11-10"}]
    late = {**early, "payments": [payment("2025-11-05", "1500.00")]}
    text = drawn(freelancer(badges=lost, contracts=[late]), "top_rated")
    assert "🔎 *You held Top Rated until 10 November 2026.*" in text
    assert "Earnings in the last 12 months*: not met since 5 November 2026" in text


def test_the_unknown_the_stale_the_ended_and_the_not_yet_read_as_what_they_are() -> None:
    bare = {"id": "f-1"}
    assert "❔ *Top Rated: I cannot say for certain.*" in drawn(bare, "top_rated")
    assert "Your record does not say how old it is." in drawn(bare, "top_rated")
    stale = freelancer(as_of="2026-01-01T00:00:00Z")
    assert "days old, too old to decide anything" in drawn(stale, "top_rated")
    assert "🕯️ *Premium Services has ended*, on 31 December 2020." in drawn(freelancer(), "premium_services")
    assert "does not exist yet" in drawn(freelancer(), "top_rated_plus", day=dt.date(2019, 1, 1))


@pytest.mark.parametrize("audience", ["freelancer", "agency"])
@pytest.mark.parametrize("year", [2015, 2018, 2020, 2022, 2026])
def test_all_programs_draw_together_in_every_era(audience: str, year: int) -> None:
    record = freelancer(audience=audience, agency={"members": 2, "member_profiles": 70, "owner_profile": 90})
    day = dt.date(year, 8, 20)
    assert drawn(record, day=day)
    assert drawn({"id": "f-1", "audience": audience}, day=day)


VIEW = RecordView(
    freelancer_id="f-1",
    team="T1",
    viewer="U9",
    role="agent",
    reason="<!channel> & ticket 7",
    at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
)
KEPT: dict[str, Any] = {
    "told": 2,
    "freelancer": "f-1",
    "how": "code",
    "since": DAY,
    "messages": True,
    "zone": "Europe/Berlin",
    "history": 2,
    "views": [VIEW],
}
CHANGES = [
    {"kind": kind, "program": "top_rated", "name": "Top Rated", "on": DAY, "labels": ["Earnings"]}
    for kind in ("lost", "at_risk", "regained", "eligible")
]


@pytest.mark.parametrize(
    ("template", "context"),
    [
        *[
            ("people/code_requested.j2", {"outcome": o, "minutes": 10})
            for o in ("sent", "too_many", "no_mail", "unreachable")
        ],
        *[
            ("people/code_typed.j2", {"outcome": o, "tries_left": 1, "freelancer": "f-1"})
            for o in ("linked", "wrong", "used_up", "expired")
        ],
        *[("people/unlinked.j2", {"ended": ended}) for ended in (True, False)],
        ("people/forgotten.j2", {}),
        *[("people/messages_wanted.j2", {"wanted": wanted}) for wanted in (True, False)],
        ("people/moved.j2", {}),
        ("people/kept.j2", KEPT),
        ("people/kept.j2", {**KEPT, "freelancer": None, "views": []}),
        *[("people/look_failed.j2", {"why": why, "freelancer": "f"}) for why in ("role", "missing", "x")],
        ("people/recheck.j2", {"day": DAY, "changes": CHANGES}),
        ("people/check.j2", {**checked([]), "viewed": "f-1", "changes": ["earnings=500"]}),
    ],
)
def test_every_message_renders_and_never_mentions_anybody_it_should_not(
    template: str, context: dict[str, Any]
) -> None:
    message = WORDS.message(template, context)
    assert message["blocks"]
    assert "<!channel>" not in str(message)


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("people/link_modal.j2", {"minutes": 10}),
        ("people/code_modal.j2", {}),
        ("people/look_modal.j2", {"allowed": True, "freelancer": "f-1"}),
        ("people/look_modal.j2", {"allowed": False, "freelancer": ""}),
    ],
)
def test_every_modal_renders(template: str, context: dict[str, Any]) -> None:
    assert WORDS.view(template, context)["type"] == "modal"


def test_the_mail_with_the_code_says_it_in_the_subject_and_how_long_it_holds() -> None:
    text = WORDS.text("people/link_code_mail.j2", {"code": "012345", "minutes": 10})
    assert text.startswith("Your code: 012345\n")
    assert "10 minutes" in text
    with pytest.raises(TemplateError):
        WORDS.text("people/link_code_mail.j2", {"code": "1"})
