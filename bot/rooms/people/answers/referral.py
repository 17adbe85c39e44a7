"""The referral offers: terms, link, progress, payout, each as of the day asked about."""

import datetime as dt
from dataclasses import dataclass

from bot.asking.question import Question
from bot.messages import Reply
from bot.rooms.people.answers.person import Person, Reach, person
from bot.rooms.people.facade import People
from bot.settings import Settings
from knowledge import offers, referrals
from knowledge.offer import Offer
from knowledge.record import Record

PERSONAL = ("referral.link", "referral.status", "referral.payout")
"""Intents that are about the asker's own part in an offer."""


@dataclass(frozen=True, slots=True)
class Part:
    """The asker's part in an offer: may they take part, their link, their friends, what it brought."""

    admission: offers.Admission
    link: str | None
    friends: list[referrals.Progress]
    earned: str


async def referral(question: Question, people: People, settings: Settings) -> Reply:
    """The offer that is open on the day, else the one that ended last; privately where it is the asker's."""
    offer = _offer(question)
    if offer is None:
        return question.reply(offer=None, part=None, reach=None)
    view = offers.view(question.resources.knowledge, offer.id, question.day)
    question.k.cite([offer.source])
    if question.intent.id not in PERSONAL or view.state is offers.OfferState.UPCOMING:
        return question.reply(offer=view, part=None, reach=None)
    asker = await person(question, people)
    part = await _part(question, offer, asker, people, settings) if asker.reach is Reach.FOUND else None
    return question.reply(private=part is not None, offer=view, part=part, reach=asker.reach.value)


def _offer(question: Question) -> Offer | None:
    """The offer that is open on the day, else the latest that ended, else the next to come."""
    known = sorted(question.resources.knowledge.offers.values(), key=lambda offer: offer.window.from_)
    order = (offers.OfferState.OPEN, offers.OfferState.ENDED)
    for wanted in order:
        found = [offer for offer in known if offers.state(offer, question.day) is wanted]
        if found:
            return found[-1]
    return known[0] if known else None


async def _part(question: Question, offer: Offer, asker: Person, people: People, settings: Settings) -> Part:
    record = asker.record
    assert record is not None  # Reach.FOUND says so
    code = referrals.code(offer, record.id, settings.key)
    friends = [
        referrals.progress(offer, friend, code, question.day, lambda day: _business_day(question, day))
        for friend in await people.referrals(record.id)
    ]
    admission = offers.admission(
        offer,
        question.day,
        country=record.country,
        programs=_badges(record, question.day),
        email_opt_in=record.email_opt_in,
    )
    base = settings.referral_base_url
    usd = question.resources.knowledge.wording.units["usd"]
    return Part(
        admission=admission,
        link=referrals.link(base, code) if base and admission.allowed else None,
        friends=friends,
        earned=usd.format(value=f"{referrals.rewards(offer, friends):,}"),
    )


def _badges(record: Record, day: dt.date) -> set[str] | None:
    if record.badges is None:
        return None
    return {
        badge.program
        for badge in record.badges
        if badge.from_ <= day and (badge.until is None or badge.until >= day)
    }


def _business_day(question: Question, day: dt.date) -> bool:
    return offers.weekday(day) and question.resources.calendars["desk"].holiday(day) is None
