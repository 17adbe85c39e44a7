"""Several messages in one: what is offered in it, and how often."""

from bot.compose import joined
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
