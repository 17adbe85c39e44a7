"""What people asked is learned, and confidence is measured on it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from intents.cuts import LEAST_ASKED, Held, Labelled, calibrate
from intents.entities import Entities
from intents.lint import check
from intents.load import ContentError, load_catalogue
from intents.matcher import Matcher
from intents.model import Asked, Catalogue, Question, Tier
from intents.scorer import Scorer, Scores

EXAMPLES = [
    ("why is my badge gone", "badge.lost"),
    ("I lost the badge", "badge.lost"),
    ("what do connects cost", "connects.cost"),
    ("price of one connect", "connects.cost"),
]


def test_a_question_somebody_asked_is_known_from_then_on() -> None:
    text = "what do connects have to do with the star beside my name"
    assert Matcher.train(EXAMPLES).match(text).intent == "connects.cost"
    learned = Matcher.train(EXAMPLES, asked=[Question(text, ("badge.lost",))]).match(text)
    assert (learned.intent, learned.tier) == ("badge.lost", Tier.ANSWER)


def test_what_belongs_nowhere_is_learned_as_such() -> None:
    asked = [Held(("client", "lost", "contract"), ()), Held(("why", "badge", "lost"), (0,))]
    labelled = Labelled([["lost", "badge"], ["cost", "connects"]], np.array([0, 1], dtype=np.int32), [])
    everything = labelled.and_asked(asked)
    scorer = Scorer.learn(everything.sentences, everything.labels, everything.outside)
    assert scorer.scores(["my", "client", "lost"]).outside > scorer.scores(["my", "badge", "lost"]).outside
    assert scorer.scores(["my", "client", "lost"]).margins.shape == (2,)


def test_an_unknown_label_of_a_question_does_not_stop_training() -> None:
    matcher = Matcher.train(EXAMPLES, asked=[Question("who moved my cheese", ("cheese.moved",))])
    assert matcher.intents == ("badge.lost", "connects.cost")


class Watched(Scorer):
    """Refuses to score what it learned: every question below has a word of its own."""

    learned: frozenset[str] = frozenset()

    @classmethod
    def learn(
        cls,
        sentences: Sequence[Sequence[str]],
        labels: NDArray[np.int32],
        outside: Sequence[Sequence[str]] = (),
    ) -> Self:
        scorer = super().learn(sentences, labels, outside)
        scorer.learned = frozenset(word for sentence in (*sentences, *outside) for word in sentence)
        return scorer

    def scores(self, sentence: Sequence[str]) -> Scores:
        assert sentence[0] not in self.learned
        return super().scores(sentence)


def test_no_question_is_judged_by_a_scorer_that_learned_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intents.cuts.Scorer", Watched)
    asked = [Held((f"{n}own", "badge"), (n % 2,) if n % 4 else ()) for n in range(LEAST_ASKED)]
    written = Labelled(
        [["gone", "badge"], ["cost", "connects"]], np.array([0, 1], dtype=np.int32), [["rice"]]
    )
    fitted = calibrate(written, asked, [])
    assert any(fitted.weights)


def test_a_label_that_does_not_exist_is_told_with_its_line(catalogue: Catalogue, entities: Entities) -> None:
    group = catalogue.asked[0]
    text = group.questions[0]
    example = catalogue["jss.drop"].examples[0]
    wrong = (
        group.model_copy(update={"also": ("jss.nowhere",)}),
        Asked(intent="out_of_scope", questions=(text, example)),
    )
    told = [str(problem) for problem in check(replace(catalogue, asked=wrong), entities)]
    place = catalogue.places[text]
    assert f"{place}: intent jss.nowhere does not exist; correct it" in told
    assert any(line.startswith(place) and "stands here twice" in line for line in told)
    assert any("is an example too" in line for line in told)


def test_a_file_of_questions_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    (tmp_path / "asked.yaml").write_text("asked:\n  - intent: Jss\n    questions: [why]\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"asked\.yaml:2"):
        load_catalogue(tmp_path)


def test_a_slip_in_a_question_does_not_pass_for_a_word() -> None:
    asked = [Question("where is my bagde", ("badge.lost",))]
    repairs = Matcher.train(EXAMPLES, asked=asked).match("bagde gone").repairs
    assert [(repair.written, repair.read) for repair in repairs] == [("bagde", "badge")]
