"""Templates as messages: what is escaped, what is refused, what a reader sees."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.markup import mrkdwn, plain
from bot.render import Renderer, TemplateError, clip, clock, long_date, money

ROOT = Path(__file__).parents[2]
Rendered = Callable[..., dict[str, Any]]
MACROS = "section, header, table, actions, button, modal, input, text_input"
FROM_BLOCKS = f'{{% from "blocks.j2" import {MACROS} with context %}}'


@pytest.fixture
def render(tmp_path: Path) -> Rendered:
    (tmp_path / "blocks.j2").write_text((ROOT / "templates" / "blocks.j2").read_text())

    def rendered(source: str, **context: object) -> dict[str, Any]:
        (tmp_path / "case.j2").write_text(FROM_BLOCKS + source)
        return dict(Renderer(tmp_path).message("case.j2", context))

    return rendered


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<!channel> come & see", "&lt;!channel&gt; come &amp; see"),
        ("<@U123>", "&lt;@U123&gt;"),
        ('it\'s "fine"', 'it\'s "fine"'),
        ("bell\x07 and \u202e override", "bell and  override"),
        ("&#39; stays as typed", "&amp;#39; stays as typed"),
    ],
)
def test_what_a_person_typed_can_never_mention_or_link(render: Rendered, said: str, shown: str) -> None:
    message = render("{% call section() %}{{ said }}{% endcall %}", said=said)
    assert message["blocks"][0]["text"]["text"] == shown


def test_what_a_macro_made_is_escaped_once(render: Rendered) -> None:
    source = (
        '{% macro bold(x) %}*{{ x }}*{% endmacro %}{% call section() %}{{ bold(name) ~ "\'s" }}{% endcall %}'
    )
    assert render(source, name="R&D")["blocks"][0]["text"]["text"] == "*R&amp;D*'s"


def test_a_value_nobody_gave_is_named_with_its_line(render: Rendered) -> None:
    with pytest.raises(TemplateError, match=r"case\.j2:1: 'missing' is undefined"):
        render("{% call section() %}{{ missing }}{% endcall %}")


def test_text_outside_of_a_block_is_refused(render: Rendered) -> None:
    with pytest.raises(TemplateError, match="outside of a block"):
        render("hello")


def test_an_optional_field_that_is_not_given_is_left_out(render: Rendered) -> None:
    message = render('{% call actions() %}{{ button("Go", "ask", "x") }}{% endcall %}')
    assert message["blocks"][0]["elements"][0] == {
        "type": "button",
        "text": {"type": "plain_text", "text": "Go", "emoji": True},
        "action_id": "ask",
        "value": "x",
    }


def test_the_fallback_says_what_the_blocks_say(render: Rendered) -> None:
    message = render('{{ header("A & B") }}{{ table([["Name", "Needed"], ["<x>", ""]]) }}')
    assert message["text"] == "A &amp; B\nName | Needed\n&lt;x&gt; | -"


def test_an_empty_table_cell_is_never_sent(render: Rendered) -> None:
    message = render('{{ table([["a"], [""]]) }}')
    assert message["blocks"][0]["rows"][1][0]["text"] == "-"


def test_long_text_is_cut_at_a_word(render: Rendered) -> None:
    words = "word " * 1000
    text = render("{% call section() %}{{ words }}{% endcall %}", words=words)["blocks"][0]["text"]["text"]
    assert len(text) <= 3000
    assert text.endswith("word…")


def test_figures_and_dates_read_as_people_write_them() -> None:
    assert money(Decimal("1000.00")) == "$1,000"
    assert money(Decimal("41.28")) == "$41.28"
    assert long_date(date(2024, 9, 3)) == "3 September 2024"
    assert clock(datetime(2026, 11, 23, 6, 0, tzinfo=UTC)) == "Mon 23 Nov, 6:00 am"
    assert clip("short", 10) == "short"


def test_plain_text_has_no_marks() -> None:
    assert (
        plain("*Top Rated* _now_, see <https://example.org|here> &amp; there")
        == "Top Rated now, see here & there"
    )
    assert plain(mrkdwn("2*3*4 snake_case_name")) == "2*3*4 snake_case_name"
