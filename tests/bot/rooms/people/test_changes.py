"""What a weekly check tells somebody, and what is no news."""

from bot.rooms.people.changes import Kind, changes

NONE_YET = {"status": "by_invitation", "holds": False, "unmet": ["invitation", "interview"]}


def test_a_missing_invitation_is_no_news() -> None:
    before = {"expert_vetted": {"status": "not_eligible", "holds": False, "unmet": ["invitation"]}}
    assert changes(before, {"expert_vetted": NONE_YET}) == []


def test_a_passed_interview_is_news() -> None:
    [change] = changes(
        {"expert_vetted": NONE_YET}, {"expert_vetted": {"status": "by_invitation", "holds": False}}
    )
    assert change.kind is Kind.ELIGIBLE
