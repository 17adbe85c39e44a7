"""How a question is put: whether Yes or No can begin its answer."""

from intents.entities import Forms
from intents.model import Form
from intents.text import names_any, words
from intents.times import CLAUSES

NEAR = 3
"""A question word among so many first words of a clause asks for a thing ("until when ...")."""


def form(text: str, forms: Forms) -> Form:
    """The form of a question; the last clause that has one decides, since stories come before questions."""
    found = Form.WHETHER
    for clause in CLAUSES.split(text):
        spelt = words(clause)
        if set(spelt[:NEAR]) & set(forms.who):
            found = Form.WHO
        elif set(spelt[:NEAR]) & set(forms.which):
            found = Form.WHICH
    if found is Form.WHETHER and names_any(text, (*forms.either, *forms.negated)):
        return Form.EITHER
    return found
