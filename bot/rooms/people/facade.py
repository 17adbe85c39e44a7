"""People as the rest of the house asks about them: who they are, their record, verdicts and roles."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import structlog
from sqlmodel import col, select

from bot.messages import Who
from bot.roles import MAY_LOOK, Profiles, Role, Roles
from bot.rooms.people.audit import views_of, write_view
from bot.rooms.people.card import cards
from bot.rooms.people.card_view import Card
from bot.rooms.people.links import Links
from bot.rooms.people.own.card import own_cards
from bot.rooms.people.own.case import OwnCase, own_case
from bot.rooms.people.own.facts import Told
from bot.rooms.people.own.keeping import told
from bot.rooms.people.records import RecordSource, SourceUnreachableError
from bot.rooms.people.referrals import Referral, referrals_of
from bot.rooms.people.tables import History, RecordView
from bot.store.engine import Store
from knowledge.case import Case
from knowledge.eligibility import Verdict, check, check_all
from knowledge.model import Audience, Knowledge
from knowledge.record import Record
from knowledge.rules import Rulebook
from knowledge.what_if import what_if

_log = structlog.get_logger(__name__)


class NotAllowedError(Exception):
    """Somebody asked for another's record without what it takes. `missing`: "role" or "reason"."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"a {missing} is missing")
        self.missing = missing


class People:
    """The facade of this room. `profiles` given: a confirmed address that one freelancer has makes a link."""

    def __init__(
        self,
        store: Store,
        source: RecordSource,
        knowledge: Callable[[], Knowledge],
        links: Links,
        roles: Roles,
        *,
        match_by_email: Profiles | None = None,
    ) -> None:
        self.links = links
        self.roles = roles
        self._knowledge = knowledge
        self._rulebook = Rulebook(knowledge())
        self._store = store
        self._source = source
        self._match_by_email = match_by_email

    @property
    def rulebook(self) -> Rulebook:
        """The rules as they are known now: a fact may be changed while the house runs."""
        known = self._knowledge()
        if known is not self._rulebook.knowledge:
            self._rulebook = Rulebook(known)
        return self._rulebook

    async def freelancer_of(self, who: Who, now: dt.datetime | None = None) -> str | None:
        """The freelancer that `who` is linked to; with `now`, a match by e-mail may link them first."""
        if not self.roles.at_home(who.team):
            return None
        linked = await self.links.freelancer_of(who)
        if linked is not None or now is None or self._match_by_email is None:
            return linked
        profile = await self._match_by_email.of(who)
        if profile is None or profile.address is None:
            return None
        try:
            return await self.links.match_email(who, profile.address, now)
        except SourceUnreachableError:
            return None

    async def record(self, freelancer_id: str) -> Record | None:
        """The record, None where there is none. Raises SourceUnreachableError."""
        return await self._source.record(freelancer_id)

    async def record_of(self, who: Who) -> Record | None:
        """The record of the freelancer that `who` is linked to. Raises SourceUnreachableError."""
        linked = await self.freelancer_of(who)
        return None if linked is None else await self.record(linked)

    def case(self, record: Record, day: dt.date, changes: Mapping[str, object] | None = None) -> Case:
        """The record on a day, with `changes` imagined. Raises WhatIfError."""
        return Case.of(what_if(record, changes, day) if changes else record, self.rulebook, day)

    def verdicts(
        self,
        record: Record,
        day: dt.date,
        programs: Sequence[str] = (),
        changes: Mapping[str, object] | None = None,
    ) -> list[Verdict]:
        """The verdicts on the programs named, else on all. Raises KeyError and WhatIfError."""
        altered = what_if(record, changes, day) if changes else record
        if not programs:
            return check_all(altered, self.rulebook, day)
        return [check(altered, self.rulebook, program, day) for program in programs]

    def cards(
        self,
        record: Record,
        day: dt.date,
        programs: Sequence[str] = (),
        changes: Mapping[str, object] | None = None,
    ) -> list[Card]:
        """The verdicts as they are drawn (people/verdict.j2), with risk and loss. Raises as `verdicts`."""
        return cards(self.case(record, day, changes), programs)

    async def told(self, who: Who) -> Told:
        """What `who` told of themselves, and what their downloads show."""
        async with self._store.read() as session:
            return await told(session, who)

    def own_case(
        self,
        record: Record | None,
        told: Told,
        day: dt.date,
        *,
        changes: Mapping[str, object] | None = None,
        audience: Audience | None = None,
    ) -> OwnCase:
        """Somebody's case by their record, if there is one, and what they told. Raises WhatIfError."""
        recorded = None if record is None else self.case(record, day, changes)
        return own_case(self.rulebook, day, record=recorded, told=told, audience=audience)

    def own_cards(self, case: OwnCase, told: Told, programs: Sequence[str] = ()) -> list[Card]:
        """The verdicts of somebody's own case as they are drawn."""
        return own_cards(case, told, programs)

    async def referrals(self, freelancer_id: str) -> Sequence[Referral]:
        """The friends whom this freelancer referred."""
        return await referrals_of(self._store, freelancer_id)

    async def roles_of(self, who: Who) -> frozenset[Role]:
        """What `who` may do beyond asking for themselves."""
        return await self.roles.of(who)

    async def look(self, viewer: Who, freelancer_id: str, reason: str, now: dt.datetime) -> Record | None:
        """Another's record, written down before it is shown.

        Raises NotAllowedError without a role or a reason, SourceUnreachableError.
        """
        held = await self.roles.of(viewer)
        role = next((role for role in MAY_LOOK if role in held), None)
        if role is None:
            raise NotAllowedError("role")
        if not reason.strip():
            raise NotAllowedError("reason")
        record = await self.record(freelancer_id)
        if record is not None:
            async with self._store.write() as session:
                await write_view(
                    session,
                    freelancer_id=freelancer_id,
                    viewer=viewer,
                    role=role,
                    reason=reason.strip(),
                    now=now,
                )
            _log.info("record viewed", role=role.value)
        return record

    async def views(self, freelancer_id: str) -> Sequence[RecordView]:
        """Who looked at this record, the latest first."""
        async with self._store.read() as session:
            return await views_of(session, freelancer_id)

    async def history(self, freelancer_id: str) -> Sequence[History]:
        """The verdicts of the weekly runs, where they changed, the earliest first."""
        async with self._store.read() as session:
            found = await session.scalars(
                select(History).where(col(History.freelancer_id) == freelancer_id).order_by(col(History.on))
            )
            return found.all()
