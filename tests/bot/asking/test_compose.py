"""Several messages in one: what is offered in it, and how often."""

from bot.asking.compose import joined, shortened
from bot.render import Block, Message


def button(label: str, action: str, value: str = "") -> Block:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": label},
        "action_id": action,
        "value": value,
    }


def answer(words: str, *asks: str) -> Message:
    blocks: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": words}}]
    elements = [button(ask, f"ask#{n}", ask) for n, ask in enumerate(asks, start=1)]
    blocks.append({"type": "actions", "block_id": "next", "elements": elements})
    blocks.append({"type": "actions", "block_id": "about", "elements": [button("Sources", "sources")]})
    return {"text": words, "blocks": blocks}


def labels(message: Message) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_one_answer_offers_next_questions_and_several_in_one_do_not() -> None:
    assert labels(joined([answer("one", "Perks", "Fees")])) == ["Perks", "Fees", "Sources"]
    assert labels(joined([answer("one", "Perks"), answer("two", "Fees")])) == ["Sources", "Sources"]


def test_a_next_question_is_not_offered_where_a_button_of_the_same_words_stands() -> None:
    form: Block = {"type": "actions", "elements": [button("Open a ticket", "ticket.open", "other")]}
    message = answer("one", "Open a ticket", "Fees")
    message["blocks"].insert(1, form)
    assert labels(joined([message])) == ["Open a ticket", "Fees", "Sources"]


def test_the_same_words_about_two_things_are_both_offered() -> None:
    asks: Block = {"type": "actions", "elements": [button("What it asks for", "ask", "criteria|program=x")]}
    message = answer("one", "What it asks for")
    message["blocks"].insert(1, asks)
    assert labels(joined([message])) == ["What it asks for", "What it asks for", "Sources"]


def section(words: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def message(*blocks: Block) -> Message:
    return {"text": "", "blocks": list(blocks)}


def texts(message: Message | None) -> list[str]:
    assert message is not None
    return [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]


def test_a_long_answer_keeps_its_first_line_and_three_that_belong_to_it() -> None:
    long = message(section("*Lead.*\n\none\ntwo"), section("three\nfour"), button("x", "ask"))
    assert texts(shortened(long)) == ["*Lead.*\none\ntwo", "three"]


def test_a_short_answer_stays_as_it_is() -> None:
    assert shortened(message(section("*Lead.*\none\ntwo\nthree"))) is None


def test_a_list_that_the_first_line_leads_to_is_not_cut() -> None:
    bullets = "\n".join(f"• reason {n}" for n in range(6))
    cut = shortened(message(section(f"*Any of these:*\n{bullets}\n1\n2\n3\n4")))
    assert texts(cut) == [f"*Any of these:*\n{bullets}\n1\n2\n3"]


def test_a_heading_without_what_it_leads_to_is_left_out() -> None:
    cut = shortened(message(section("*Lead.*\none\ntwo\n*And these:*\n• a\n• b")))
    assert texts(cut) == ["*Lead.*\none\ntwo"]


def test_tables_and_buttons_are_kept() -> None:
    table: Block = {"type": "table", "rows": []}
    actions: Block = {"type": "actions", "elements": [button("Perks", "ask")]}
    cut = shortened(message(section("*Lead.*\n1\n2\n3\n4"), table, actions))
    assert cut is not None
    assert [block["type"] for block in cut["blocks"]] == ["section", "table", "actions"]
