"""Slack's limits: what is within them passes, one step beyond is named."""

from typing import Any

import pytest

from bot.playground.limits import message_problems, view_problems


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": "a", **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def options(number: int, *, text: int = 1, value: int = 5) -> list[dict[str, Any]]:
    return [{"text": plain("x" * text), "value": f"{n}".rjust(value, "0")} for n in range(number)]


def select(kind: str = "static_select", **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "a", **more}


def table(rows: int, columns: int, cell: str = "x") -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": cell}] * columns] * rows}


def numbered(number: int) -> list[dict[str, Any]]:
    return [button(action_id=f"a{n}") for n in range(number)]


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ([section()] * 50, [section()] * 51, "51, at most 50"),
        ([section("x" * 3000)], [section("x" * 3001)], "section.text"),
        ([section()], [section("")], "section.text"),
        (
            [{"type": "header", "text": plain("x" * 150)}],
            [{"type": "header", "text": plain("x" * 151)}],
            "header",
        ),
        ([actions(button("x" * 75))], [actions(button("x" * 76))], "button.text"),
        ([actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))], "button.value"),
        ([actions(button(style="danger"))], [actions(button(style="pink"))], "button.style"),
        ([actions(*numbered(25))], [actions(*numbered(26))], "1 to 25"),
        ([actions(button(), button(action_id="b"))], [actions(button(), button())], "action_id 'a'"),
        (
            [actions(button()), actions(button(action_id="b"))],
            [actions(button()), actions(button())],
            "unique",
        ),
        ([section(block_id="a"), section(block_id="b")], [section(block_id="a")] * 2, "block_id 'a'"),
        ([section(block_id="x" * 255)], [section(block_id="x" * 256)], "block_id"),
        ([actions(button(action_id="x" * 255))], [actions(button(action_id="x" * 256))], "action_id"),
        ([actions(select(options=options(100)))], [actions(select(options=options(101)))], "1 to 100"),
        ([actions(select(options=options(1)))], [actions(select(options=[]))], "options"),
        (
            [actions(select(options=options(1, text=75, value=150)))],
            [actions(select(options=options(1, text=76)))],
            "option.text",
        ),
        (
            [actions(select(options=options(1)))],
            [actions(select(options=options(1, value=151)))],
            "option.value",
        ),
        (
            [actions(select("overflow", options=options(5)))],
            [actions(select("overflow", options=options(6)))],
            "1 to 5",
        ),
        (
            [actions(select("checkboxes", options=options(10)))],
            [actions(select("checkboxes", options=options(11)))],
            "1 to 10",
        ),
        (
            [actions(select(options=options(2), initial_option=options(2)[0]))],
            [actions(select(options=options(2), initial_option=options(3)[2]))],
            "initial option",
        ),
        (
            [actions(select(options=options(1), placeholder=plain("x" * 150)))],
            [actions(select(options=options(1), placeholder=plain("x" * 151)))],
            "placeholder",
        ),
        ([table(100, 20)], [table(101, 20)], "rows"),
        ([table(2, 20)], [table(2, 21)], "1 to 20"),
        ([table(2, 2)], [table(2, 2, "")], "cell"),
        ([table(1, 1)], [table(1, 1)] * 2, "2 tables"),
        (
            [{"type": "context", "elements": [plain("x")] * 10}],
            [{"type": "context", "elements": [plain("x")] * 11}],
            "1 to 10",
        ),
        (
            [{"type": "section", "fields": [plain("x" * 2000)] * 10}],
            [{"type": "section", "fields": [plain("x" * 2001)]}],
            "field",
        ),
        (
            [{"type": "markdown", "text": "x" * 6000}] * 2,
            [{"type": "markdown", "text": "x" * 6001}] * 2,
            "markdown",
        ),
        (
            [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"}],
            [{"type": "image", "image_url": "https://example.com/a.png"}],
            "alt_text",
        ),
        ([section()], [{"type": "sektion"}], "unknown block"),
        ([section(accessory=button())], [section(accessory={"type": "botton"})], "unknown element"),
    ],
)
def test_a_message_at_the_limit_passes_and_one_beyond_is_named(
    good: list[dict[str, Any]], bad: list[dict[str, Any]], named: str
) -> None:
    assert message_problems({"text": "x", "blocks": good}) == []
    problems = message_problems({"text": "x", "blocks": bad})
    assert any(named in problem for problem in problems), problems


def test_a_message_has_something_to_say_and_not_too_much() -> None:
    assert message_problems({"text": "x" * 4000}) == []
    assert message_problems({"text": "x" * 4001})
    assert message_problems({"text": "", "blocks": []})


MODAL: dict[str, Any] = {"type": "modal", "title": plain("x" * 24), "blocks": [section()] * 100}
INPUT = {"type": "input", "label": plain("x"), "element": {"type": "plain_text_input", "action_id": "a"}}


@pytest.mark.parametrize(
    "change",
    [
        {"title": plain("x" * 25)},
        {"submit": plain("x" * 25)},
        {"close": plain("")},
        {"blocks": [section()] * 101},
        {"blocks": [INPUT]},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"type": "popup"},
    ],
)
def test_a_view_at_the_limit_passes_and_one_beyond_is_named(change: dict[str, Any]) -> None:
    assert view_problems(MODAL) == []
    assert view_problems({**MODAL, "private_metadata": "x" * 3000, "callback_id": "x" * 255}) == []
    assert (
        view_problems({"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": [INPUT]}) == []
    )
    assert view_problems({**MODAL, **change})


def test_charts_are_at_most_two_with_a_short_title_and_six_parts() -> None:
    part = {"label": "a", "value": 1}

    def chart(title: str = "Tickets", parts: int = 2) -> dict[str, Any]:
        return {
            "type": "data_visualization",
            "title": title,
            "chart": {"type": "pie", "segments": [part] * parts},
        }

    assert message_problems({"blocks": [chart(), chart()]}) == []
    assert "at most 2" in " ".join(message_problems({"blocks": [chart()] * 3}))
    assert "title: 51 characters" in " ".join(message_problems({"blocks": [chart("x" * 51)]}))
    assert "segments: 7 items" in " ".join(message_problems({"blocks": [chart(parts=7)]}))


def test_alerts_and_file_fields_stand_in_modals_only() -> None:
    alert = {"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}
    words = {"type": "plain_text", "text": "x"}
    field = {"type": "input", "label": words, "element": {"type": "file_input", "action_id": "f"}}
    modal = {"type": "modal", "title": words, "submit": words}
    for block in (alert, field):
        assert view_problems({**modal, "blocks": [block]}) == []
        assert "in modals only" in " ".join(message_problems({"blocks": [block]}))
        assert "in modals only" in " ".join(view_problems({"type": "home", "blocks": [block]}))
