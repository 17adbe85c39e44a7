"""How a question is put decides whether its answer begins with Yes or No."""

import pytest

from intents.entities import load_entities
from intents.form import form
from intents.model import Form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does top rated end", Form.WHETHER),
        ("i lost top rated, are my weeks reset", Form.WHETHER),
        ("when does top rated end", Form.WHICH),
        ("until when can i keep the badge", Form.WHICH),
        ("i have 12 weeks. what now", Form.WHICH),
        ("who gets phone support", Form.WHO),
        ("is it per contract or per client", Form.EITHER),
        ("do bonuses not count", Form.EITHER),
        ("don't bonuses count", Form.EITHER),
        ("", Form.WHETHER),
    ],
)
def test_an_answer_can_begin_as_the_question_was_put(text: str, expected: Form) -> None:
    assert form(text, load_entities().forms) is expected
