"""The form: what is asked, what is checked, and that the content stands together."""

from pathlib import Path

import pytest

from bot.rooms.desk.content import DESK, load_desk
from bot.rooms.desk.forms import (
    DETAILS_LIMIT,
    FormError,
    Input,
    Mistake,
    TicketForm,
    fields,
    read_form,
)
from bot.rooms.desk.tables import Ticket
from intents.load import load_catalogue
from knowledge.load import ContentError

CONTENT = load_desk()
SHOT = {"id": "F1", "name": "shot.png", "url": "https://files.example.org/F1"}


def test_a_subcategory_is_asked_for_once_a_category_is_chosen() -> None:
    assert [field.name for field in fields(CONTENT, {})] == ["category", "details", "files", "contact"]
    chosen = fields(CONTENT, {"category": "connects", "subcategory": "cost", "details": "typed"})
    assert [field.name for field in chosen] == ["category", "subcategory", "details", "files", "contact"]
    assert chosen[1].value == "connects.cost"
    assert chosen[2].value == "typed"


def test_the_subcategory_of_another_category_is_forgotten() -> None:
    shown = fields(CONTENT, {"category": "connects", "subcategory": "withdrawal"})
    assert shown[1].value is None
    assert shown[1].block != fields(CONTENT, {"category": "payments"})[1].block


def test_every_field_has_a_column_and_words() -> None:
    shown = fields(CONTENT, {"category": "account"})
    assert {field.name for field in shown} == set(TicketForm.model_fields)
    assert set(TicketForm.model_fields) <= set(Ticket.model_fields)
    assert {field.input for field in shown} == set(Input)


def test_a_good_form_is_taken() -> None:
    form = read_form(
        CONTENT,
        {
            "category": "account",
            "subcategory": "account.other",
            "details": " It broke. ",
            "files": [SHOT],
            "contact": " me@example.org ",
        },
    )
    assert form == TicketForm(
        category="account",
        subcategory="other",
        details="It broke.",
        files=[SHOT],
        contact="me@example.org",
    )


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(FormError) as caught:
        read_form(CONTENT, {"category": "account", "files": [SHOT] * 6, "contact": "nobody", "details": " "})
    assert caught.value.mistakes == {
        "subcategory": Mistake.MISSING,
        "details": Mistake.MISSING,
        "files": Mistake.TOO_MANY,
        "contact": Mistake.NO_ADDRESS,
    }
    with pytest.raises(FormError) as caught:
        read_form(CONTENT, {"category": "nowhere", "details": "x" * (DETAILS_LIMIT + 1)})
    assert caught.value.mistakes == {"category": Mistake.MISSING, "details": Mistake.TOO_LONG}


def test_popular_topics_and_the_catalogues_categories_exist_on_both_sides() -> None:
    catalogue = load_catalogue()
    known = {intent.id: intent for intent in catalogue}
    for category in CONTENT.categories:
        for sub in category.subcategories:
            assert set(sub.popular) <= set(known)
    categories = {category.id for category in CONTENT.categories}
    assert {intent.category for intent in known.values()} <= categories


def test_a_macro_fills_its_placeholders_and_nothing_else() -> None:
    macro = CONTENT.macro("looking")
    filled = macro.filled(person="{agent}", number="LRL-1", category="c", agent="Ada")
    assert filled.startswith("Thanks for writing, {agent}. Ada is looking into LRL-1")


@pytest.mark.parametrize(
    ("line", "wrong", "says"),
    [
        ("writing, {person}", "writing, {persona}", "unknown placeholder {persona}"),
        ("first_reply: 1h", "first_reply: soon", "no span"),
        ("priority: high", "priority: highest", "unknown priority highest"),
        ("id: job_success", "id: programs", "the category programs stands twice"),
        ("warn_at: 0.75", "warn_at: 1.5", "warn_at"),
    ],
)
def test_a_mistake_in_the_content_is_named_with_its_line(
    tmp_path: Path, line: str, wrong: str, says: str
) -> None:
    text = DESK.read_text("utf-8")
    assert line in text
    path = tmp_path / "desk.yaml"
    path.write_text(text.replace(line, wrong, 1), "utf-8")
    with pytest.raises(ContentError, match=says.replace("{", r"\{")) as caught:
        load_desk(path)
    assert "desk.yaml:" in str(caught.value)
