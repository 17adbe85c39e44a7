"""Posting, updating and resolving incidents, and telling those who asked to be told, once per change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.delivery.outbox import Job, enqueue
from bot.messages import Who
from bot.render import Renderer
from bot.rooms.incidents.content import RESOLVED, IncidentContent
from bot.rooms.incidents.tables import Incident, IncidentSubscriber, IncidentUpdate
from bot.store.kept import Kept, rows
from bot.store.upsert import insert

TELL = "incident.tell"
"""The job that writes to all subscribers about one change."""

UPDATES_SHOWN = 5

_CURRENT = (
    select(Incident)
    .where(col(Incident.team) == bindparam("team"), col(Incident.resolved_at).is_(None))
    .order_by(col(Incident.changed_at).desc(), col(Incident.id).desc())
)
"""Asked with every answer, so it is built once."""


class IncidentOverError(Exception):
    """There is no such incident in this workspace, or it is over."""


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident in words: what a template shows. `updates` are the latest, newest first."""

    id: int
    title: str
    state: str
    sign: str
    resolved: bool
    components: tuple[str, ...]
    locations: tuple[str, ...]
    opened_at: datetime
    changed_at: datetime
    updates: tuple[IncidentUpdate, ...]


async def post(
    session: AsyncSession,
    *,
    origin: str,
    team: str,
    title: str,
    components: Sequence[str],
    locations: Sequence[str],
    state: str,
    text: str,
    actor: str,
    now: datetime,
) -> IncidentUpdate | None:
    """Begin an incident; None, and nothing happens, when `origin` was heard before."""
    begun = await session.scalar(
        insert(session, Incident)
        .values(
            origin=origin,
            team=team,
            title=title,
            components=list(components),
            locations=list(locations),
            state=state,
            opened_at=now,
            changed_at=now,
            resolved_at=now if state == RESOLVED else None,
        )
        .on_conflict_do_nothing(index_elements=["origin"])
        .returning(col(Incident.id))
    )
    if begun is None:
        return None
    return await _say(session, begun, origin=origin, state=state, text=text, actor=actor, now=now)


async def update(
    session: AsyncSession,
    *,
    origin: str,
    team: str,
    incident_id: int,
    state: str,
    text: str,
    actor: str,
    now: datetime,
) -> IncidentUpdate | None:
    """Say something new about an incident that lasts; None when `origin` was heard before.

    Raises IncidentOverError.
    """
    known = select(col(IncidentUpdate.id)).where(col(IncidentUpdate.origin) == origin)
    if await session.scalar(known) is not None:
        return None
    incident = await session.scalar(
        select(Incident)
        .where(
            col(Incident.id) == incident_id, col(Incident.team) == team, col(Incident.resolved_at).is_(None)
        )
        .with_for_update()
    )
    if incident is None:
        raise IncidentOverError
    incident.state, incident.changed_at = state, now
    incident.resolved_at = now if state == RESOLVED else None
    return await _say(session, incident.key, origin=origin, state=state, text=text, actor=actor, now=now)


async def current(session: AsyncSession, content: IncidentContent, team: str) -> list[IncidentView]:
    """What is down in a workspace now, the latest change first."""
    found = await session.scalars(_CURRENT, {"team": team})
    return [await _view(session, content, incident) for incident in found.all()]


async def touching(
    session: AsyncSession, content: IncidentContent, team: str, intent: str
) -> list[IncidentView]:
    """What is down now and touches answers to `intent`."""
    parts = {part.title for part in content.components if part.touches(intent)}
    if not parts:
        return []
    return [view for view in await current(session, content, team) if parts & set(view.components)]


async def subscribe(session: AsyncSession, who: Who, now: datetime) -> None:
    """Tell `who` of each change from now on."""
    await session.execute(
        insert(session, IncidentSubscriber)
        .values(team=who.team, person=who.user, since=now)
        .on_conflict_do_nothing(index_elements=["team", "person"])
    )


async def unsubscribe(session: AsyncSession, who: Who) -> None:
    """Tell `who` no more."""
    await session.execute(
        delete(IncidentSubscriber).where(
            col(IncidentSubscriber.team) == who.team, col(IncidentSubscriber.person) == who.user
        )
    )


async def kept(session: AsyncSession, who: Who) -> Kept:
    """Since when `who` wants to be told."""
    mine = (col(IncidentSubscriber.team) == who.team, col(IncidentSubscriber.person) == who.user)
    return await rows(session, IncidentSubscriber, *mine)


async def subscribed(session: AsyncSession, who: Who) -> bool:
    """Whether `who` is told."""
    return await session.get(IncidentSubscriber, (who.team, who.user)) is not None


async def posted(
    session: AsyncSession, content: IncidentContent, team: str, said: IncidentUpdate
) -> dict[str, Any]:
    """What incidents/posted.j2 tells whoever said it: the incident, and how many people hear of it."""
    incident = await session.get(Incident, said.incident_id)
    assert incident is not None, "something was said about it"
    people = select(func.count()).select_from(IncidentSubscriber).where(col(IncidentSubscriber.team) == team)
    return {
        "incident": await _view(session, content, incident),
        "told": int(await session.scalar(people) or 0),
    }


async def tell(
    session: AsyncSession, job: Job, now: datetime, *, content: IncidentContent, renderer: Renderer
) -> None:
    """The handler of `TELL`: one message to each subscriber, in the order of the changes."""
    incident = await session.get(Incident, job.payload["incident"])
    said = await session.get(IncidentUpdate, job.payload["update"])
    if incident is None or said is None:
        return
    view = await _view(session, content, incident)
    context: dict[str, Any] = {"incident": view, "said": said, "state": content.state(said.state)}
    message = renderer.message("replies/incident_change.j2", context)
    people = await session.scalars(
        select(col(IncidentSubscriber.person)).where(
            col(IncidentSubscriber.team) == incident.team, col(IncidentSubscriber.since) <= said.at
        )
    )
    for person in people.all():
        await enqueue(
            session,
            key=f"incident:{said.id}:{person}",
            kind="slack.dm",
            payload={"user": person, **message},
            lane=f"incident:{incident.id}:{person}",
            order=f"{said.id:020d}",
            now=now,
        )


async def _say(
    session: AsyncSession, incident_id: int, *, origin: str, state: str, text: str, actor: str, now: datetime
) -> IncidentUpdate:
    said = IncidentUpdate(incident_id=incident_id, origin=origin, state=state, text=text, actor=actor, at=now)
    session.add(said)
    await session.flush()
    await enqueue(
        session,
        key=f"incident.tell:{said.id}",
        kind=TELL,
        payload={"incident": incident_id, "update": said.id},
        lane=f"incident:{incident_id}",
        order=f"{said.id:020d}",
        now=now,
    )
    return said


async def _view(session: AsyncSession, content: IncidentContent, incident: Incident) -> IncidentView:
    updates = await session.scalars(
        select(IncidentUpdate)
        .where(col(IncidentUpdate.incident_id) == incident.key)
        .order_by(col(IncidentUpdate.id).desc())
        .limit(UPDATES_SHOWN)
    )
    parts = {part.id: part.title for part in content.components}
    places = {place.id: place.title for place in content.locations}
    state = content.state(incident.state)
    return IncidentView(
        id=incident.key,
        title=incident.title,
        state=state.title,
        sign=state.sign,
        resolved=incident.resolved_at is not None,
        components=tuple(parts.get(name, name) for name in incident.components),
        locations=tuple(places.get(name, name) for name in incident.locations),
        opened_at=incident.opened_at,
        changed_at=incident.changed_at,
        updates=tuple(updates.all()),
    )
