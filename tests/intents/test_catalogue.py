"""The catalogue that ships: complete, without contradictions, with enough ways to ask."""

from dataclasses import replace

from intents.entities import Entities
from intents.lint import check
from intents.model import Catalogue

CONTRACT = [
    "program.overview",
    "program.criteria",
    "program.perks",
    "program.compare",
    "program.how_to_apply",
    "badge.eligibility_check",
    "badge.when_visible",
    "badge.lost",
    "badge.regain",
    "badge.who_sees",
    "top_rated.weeks",
    "top_rated_plus.threshold",
    "expert_vetted.categories",
    "earnings.12_month",
    "jss.how_calculated",
    "jss.drop",
    "jss.improve",
    "jss.when_first",
    "jss.when_updated",
    "jss.where",
    "jss.disappeared",
    "feedback.removal",
    "connects.free",
    "connects.cost",
    "connects.refund",
    "connects.transfer",
    "fees.service_fee",
    "fees.featured_jobs",
    "referral.terms",
    "referral.link",
    "referral.payout",
    "referral.status",
    "agency.membership",
    "agency.programs",
    "account.inactive",
    "account.suspended",
    "account.hold",
    "verification.id",
    "verification.video",
    "earnings.where_to_see",
    "stats.where",
    "perk.job_digest",
    "perk.forum",
    "perk.events",
    "perk.pro_jobs",
    "perk.talent_agent",
    "perk.faster_payments",
    "support.contact",
    "specialist.chat",
    "specialist.hours",
    "specialist.job_post",
    "ticket.open",
    "ticket.status",
    "ticket.add",
    "ticket.reopen",
    "incident.status",
    "marketplace.proposals",
    "marketplace.contracts",
    "marketplace.withdrawal",
    "marketplace.scam",
    "assistant.hello",
    "assistant.thanks",
    "assistant.bye",
    "assistant.help",
    "assistant.who_are_you",
    "assistant.privacy",
    "assistant.human",
]
LEAST = 12


def test_every_intent_of_the_contract_is_there(catalogue: Catalogue) -> None:
    assert set(CONTRACT) <= set(catalogue.intents)


def test_nothing_in_it_misleads(catalogue: Catalogue, entities: Entities) -> None:
    assert [str(problem) for problem in check(catalogue, entities)] == []


def test_every_intent_has_a_dozen_ways_to_ask(catalogue: Catalogue) -> None:
    assert {intent.id: len(intent.examples) for intent in catalogue if len(intent.examples) < LEAST} == {}


def test_titles_tell_intents_apart(catalogue: Catalogue) -> None:
    titles = [intent.title.casefold() for intent in catalogue]
    assert len(titles) == len(set(titles))


def test_what_would_mislead_is_told(catalogue: Catalogue, entities: Entities) -> None:
    drop = catalogue["jss.drop"]
    broken = drop.model_copy(
        update={
            "followups": ("jss.drop", "jss.nowhere"),
            "program": "gold",
            "category": "nonsense",
            "examples": (
                "how is the job success score calculated",
                "...",
                "why?",
                "Why",
                "which badges are there",
            ),
        }
    )
    told = [
        str(problem)
        for problem in check(
            replace(catalogue, intents={**catalogue.intents, "jss.drop": broken}),
            entities,
            {intent.category for intent in catalogue},
        )
    ]
    place = catalogue.places["jss.drop"]
    for words in (
        "has 5 examples",
        "jss.nowhere, which does not exist",
        "offers itself",
        "program gold",
        "category nonsense",
        "has no word",
        "stands twice under jss.drop",
    ):
        assert any(words in line and line.startswith(f"{place}: ") for line in told), (words, told)
    assert any("stands under jss.how_calculated and jss.drop" in line for line in told) or any(
        "stands under jss.drop and jss.how_calculated" in line for line in told
    )
