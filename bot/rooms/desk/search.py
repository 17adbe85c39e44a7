"""Finding tickets by number, by person, by words: SQLite's FTS5, PostgreSQL's full text."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import column, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.desk.numbers import find_numbers, parse_number
from bot.rooms.desk.tables import Ticket, TicketMessage, TicketWords
from bot.store.types import BigId
from bot.store.upsert import insert

_WORDS_LIMIT = 200_000  # characters kept for the search; PostgreSQL's index holds 1 MB a ticket
_TERMS = 12
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|\b([UW][A-Z0-9]{6,})\b")


async def begin(session: AsyncSession, ticket: Ticket) -> None:
    """Write a new ticket's words down; nothing was said in it yet."""
    session.add(TicketWords(ticket_id=ticket.key, words="\n".join(_first_words(ticket))[:_WORDS_LIMIT]))


async def index(session: AsyncSession, ticket: Ticket) -> None:
    """Write a ticket's words down anew: number, details, conversation so far, and all that is said in it."""
    said = await session.execute(
        select(col(TicketMessage.text))
        .where(col(TicketMessage.ticket_id) == ticket.key, col(TicketMessage.deleted).is_(False))
        .order_by(col(TicketMessage.order_key), col(TicketMessage.id))
    )
    parts = [*_first_words(ticket), *said.scalars().all()]
    statement = insert(session, TicketWords).values(
        ticket_id=ticket.key, words="\n".join(parts)[:_WORDS_LIMIT]
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["ticket_id"], set_={"words": statement.excluded.words}
        )
    )


def _first_words(ticket: Ticket) -> list[str]:
    return [ticket.number, ticket.details, *(str(line.get("text", "")) for line in ticket.transcript)]


async def add_words(session: AsyncSession, ticket: Ticket, words: str) -> None:
    """Add what was just said; quicker than `index` in a long conversation."""
    known = await session.get(TicketWords, ticket.key)
    if known is None:
        await index(session, ticket)
    elif len(known.words) < _WORDS_LIMIT:
        known.words = f"{known.words}\n{words}"[:_WORDS_LIMIT]


async def find(
    session: AsyncSession, query: str, *, team: str, before: int | None = None, limit: int = 10
) -> Sequence[Ticket]:
    """The newest tickets that fit: a number, a person (mention or id), else all of the words.

    `before` is the id of the last ticket of the page before.
    """
    numbers = find_numbers(query)
    alone = parse_number(query)
    if alone is not None:
        numbers.append(alone)
    statement = select(Ticket).where(col(Ticket.team) == team)
    if numbers:
        statement = statement.where(col(Ticket.number).in_(numbers))
    elif (person := person_in(query)) is not None:
        statement = statement.where(col(Ticket.person) == person)
    else:
        terms = re.findall(r"\w+", query)[:_TERMS]
        if not terms:
            return []
        statement = statement.where(col(Ticket.id).in_(_matching(session, terms)))
    if before is not None:
        statement = statement.where(col(Ticket.id) < before)
    return (await session.execute(statement.order_by(col(Ticket.id).desc()).limit(limit))).scalars().all()


def of_person(user: str) -> str:
    """The query for a person's tickets."""
    return f"<@{user}>"


def person_in(query: str) -> str | None:
    """The person that a query names, by mention or id."""
    found = _MENTION.search(query)
    return None if found is None else found[1] or found[2]


def _matching(session: AsyncSession, terms: list[str]) -> Any:
    """The ids of tickets that have all of the words, the last one perhaps only begun."""
    if session.get_bind().dialect.name == "sqlite":
        quoted = " AND ".join(f'"{term}"' for term in terms)
        match = text("SELECT rowid FROM ticket_search WHERE ticket_search MATCH :terms")
        return match.bindparams(terms=f"{quoted}*").columns(literal_column("rowid"))
    match = text(
        "SELECT ticket_id FROM ticket_words "
        "WHERE to_tsvector('english', words) @@ to_tsquery('english', :terms)"
    )
    found = match.bindparams(terms=" & ".join(f"'{term}'" for term in terms) + ":*").columns(
        column("ticket_id", BigId)
    )
    # By itself: a prepared statement's plan knows no words, and would read all tickets for a rare one.
    return select(found.cte("found").prefix_with("MATERIALIZED").c.ticket_id)
