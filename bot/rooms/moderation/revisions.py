"""Content items and their history. Every change is one more revision; none is ever changed or deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.rooms.moderation.content import Kind, State
from bot.rooms.moderation.tables import ContentItem, ContentRevision
from bot.store.types import fitted
from bot.store.upsert import insert


class ChangedError(Exception):
    """Somebody changed the item since it was looked at. `latest` is their change."""

    def __init__(self, latest: ContentRevision) -> None:
        super().__init__(latest.item_id)
        self.latest = latest


class ImpossibleError(Exception):
    """The item is in no state for that. Its text is the state."""


class SameHandError(Exception):
    """It takes another moderator than the one whose change it is."""


async def add(
    session: AsyncSession,
    *,
    origin: str,
    team: str,
    kind: Kind,
    body: Mapping[str, Any],
    actor: str,
    reason: str,
    now: datetime,
) -> ContentItem | None:
    """A new draft; None, and nothing happens, when `origin` was heard before."""
    begun = await session.scalar(
        insert(session, ContentItem)
        .values(
            origin=fitted(origin),
            team=team,
            kind=kind.value,
            state=State.DRAFT.value,
            version=1,
            body=dict(body),
            author=actor,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["origin"])
        .returning(col(ContentItem.id))
    )
    if begun is None:
        return None
    item = await session.get(ContentItem, begun)
    assert item is not None, "it was inserted"
    _remember(session, item, origin=origin, actor=actor, reason=reason, now=now)
    return item


async def find(session: AsyncSession, team: str, item_id: int, *, lock: bool = False) -> ContentItem | None:
    """An item of a workspace; with `lock`, for a change in this transaction."""
    query = select(ContentItem).where(col(ContentItem.id) == item_id, col(ContentItem.team) == team)
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def change(
    session: AsyncSession,
    item: ContentItem,
    *,
    origin: str,
    seen: int,
    state: State,
    actor: str,
    reason: str,
    now: datetime,
    body: Mapping[str, Any] | None = None,
    over: Any = None,
) -> bool:
    """Bring the item into `state` (with another `body`); False when `origin` was heard before.

    `over`, for what is published, is what the files say in its place.
    `seen` is the version that whoever changes it looked at. Raises ChangedError where it is another by now.
    """
    known = select(col(ContentRevision.id)).where(col(ContentRevision.origin) == fitted(origin))
    if await session.scalar(known) is not None:
        return False
    if item.version != seen:
        raise ChangedError((await history(session, item))[0])
    if body is not None:
        item.body, item.checked, item.author = dict(body), None, actor
    if state is State.PUBLISHED:
        item.live = {"body": dict(item.body), "over": over}
    elif state is State.WITHDRAWN:
        item.live = None
    item.state, item.version, item.changed_at = state.value, item.version + 1, now
    _remember(session, item, origin=origin, actor=actor, reason=reason, now=now)
    await session.flush()
    return True


async def checked(
    session: AsyncSession, item_id: int, *, version: int, report: Mapping[str, Any], state: State
) -> ContentItem | None:
    """Note what a test of that version came to; None where the item was changed meanwhile."""
    done = await session.scalar(
        update(ContentItem)
        .where(
            col(ContentItem.id) == item_id,
            col(ContentItem.version) == version,
            col(ContentItem.state).in_([State.DRAFT.value, State.TESTED.value, State.BLOCKED.value]),
        )
        .values(checked=dict(report), state=state.value)
        .returning(col(ContentItem.id))
    )
    return None if done is None else await session.get(ContentItem, done, populate_existing=True)


async def publish(
    session: AsyncSession,
    item: ContentItem,
    *,
    origin: str,
    seen: int,
    actor: str,
    approvals: int,
    override: str,
    over: Any,
    now: datetime,
) -> bool:
    """Have it said from now on. `override` is the reason to publish what breaks something.

    Raises ChangedError, ImpossibleError where it is not tested, and SameHandError where a second moderator
    has to do it.
    """
    if item.state not in {State.TESTED.value, State.BLOCKED.value}:
        if item.version != seen:
            raise ChangedError((await history(session, item))[0])
        raise ImpossibleError(item.state)
    if item.state == State.BLOCKED and not override.strip():
        raise ImpossibleError(item.state)
    if (approvals or item.state == State.BLOCKED) and actor == item.author:
        raise SameHandError
    return await change(
        session,
        item,
        origin=origin,
        seen=seen,
        state=State.PUBLISHED,
        actor=actor,
        reason=override,
        over=over,
        now=now,
    )


async def history(session: AsyncSession, item: ContentItem) -> Sequence[ContentRevision]:
    """Every change of an item, the latest first."""
    found = await session.scalars(
        select(ContentRevision)
        .where(col(ContentRevision.item_id) == item.key)
        .order_by(col(ContentRevision.version).desc())
    )
    return found.all()


async def listed(session: AsyncSession, team: str | None = None) -> Sequence[ContentItem]:
    """All items (of a workspace), the latest change first."""
    query = select(ContentItem).order_by(col(ContentItem.changed_at).desc(), col(ContentItem.id).desc())
    if team is not None:
        query = query.where(col(ContentItem.team) == team)
    return (await session.scalars(query)).all()


async def said(session: AsyncSession) -> Sequence[ContentItem]:
    """The items that are said, in the order in which they were begun."""
    query = select(ContentItem).where(col(ContentItem.live).is_not(None)).order_by(col(ContentItem.id))
    return (await session.scalars(query)).all()


async def progress(session: AsyncSession, item_id: int, *, version: int, percent: int) -> None:
    """Note how far the test of a draft is."""
    await session.execute(
        update(ContentItem)
        .where(
            col(ContentItem.id) == item_id,
            col(ContentItem.version) == version,
            col(ContentItem.state) == State.DRAFT.value,
        )
        .values(checked={"progress": percent})
    )


async def latest(session: AsyncSession) -> int:
    """The number of the latest revision of all: it grows with every change."""
    return int(await session.scalar(select(func.max(col(ContentRevision.id)))) or 0)


def _remember(
    session: AsyncSession, item: ContentItem, *, origin: str, actor: str, reason: str, now: datetime
) -> None:
    session.add(
        ContentRevision(
            item_id=item.key,
            version=item.version,
            origin=fitted(origin),
            state=item.state,
            body=dict(item.body),
            actor=actor,
            reason=reason,
            at=now,
        )
    )
