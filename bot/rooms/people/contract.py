"""What this room brings to the house: records and links, the check, the weekly run, and what a card shows."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Who
from bot.room import Account, House, Jobs, Room
from bot.rooms.people import comparing, downloads, recheck, reminders, verdicts
from bot.rooms.people.answers.declared import OwnFigures
from bot.rooms.people.answers.kinds import kinds
from bot.rooms.people.checking import Checker
from bot.rooms.people.download_surface import DownloadSurface
from bot.rooms.people.downloads import READ, Downloads
from bot.rooms.people.facade import People
from bot.rooms.people.kept import kept
from bot.rooms.people.link_codes import SEND_CODE, LinkCodes
from bot.rooms.people.linking import REQUEST, Linking
from bot.rooms.people.links import Links
from bot.rooms.people.own import keeping
from bot.rooms.people.own.shown import shown
from bot.rooms.people.own_surface import OwnSurface
from bot.rooms.people.recheck import Recheck
from bot.rooms.people.records import SourceUnreachableError
from bot.rooms.people.reminders import REMIND, Reminders
from bot.rooms.people.sources import open_source
from bot.rooms.people.surface import LOOK, PeopleSurface
from bot.rooms.people.telling import Telling
from bot.surfaces import Surfaces
from knowledge.load import DIRECTORY
from knowledge.model import Knowledge


def room(house: House) -> Room:
    """The room, with its source of records opened. Raises SettingsError where that cannot be."""
    settings, store, resources = house.settings, house.store, house.resources
    source = open_source(settings, store)

    def knowledge() -> Knowledge:
        return house.conversation.resources.knowledge

    links = Links(store, source)
    link_codes = LinkCodes(store, source, settings.key, links)
    people = People(
        store,
        source,
        knowledge,
        links,
        house.roles,
        match_by_email=house.profiles if settings.link_by_email else None,
    )
    checker = Checker(DIRECTORY, changes=lambda: knowledge().changes)
    weekly = Recheck(store, source, checker, zone=settings.zone, clock=house.clock)
    surfaces, asked_for = _in_slack(house, people, link_codes)

    async def codes(session: AsyncSession, before: datetime, now: datetime) -> None:
        del before
        await link_codes.purge(session, now)

    async def forget(session: AsyncSession, who: Who) -> None:
        await links.forget(session, who, house.clock())
        await keeping.forget(session, who)
        await reminders.forget(session, who)

    async def begin(session: AsyncSession, now: datetime) -> None:
        if settings.recheck:
            await weekly.schedule(session, now)

    return Room(
        name="people",
        answers=kinds(people, settings),
        own=OwnFigures(people, resources, house.conversation.understanding),
        surfaces=surfaces,
        jobs=(asked_for, _weekly(house, weekly)),
        upkeep={"codes": codes, "downloads": downloads.purge},
        account=partial(_account, people=people, zone=settings.zone),
        figures=partial(_figures, people=people, house=house),
        begin=begin,
        kept=kept,
        forget=forget,
        close=source.close,
        facade=people,
    )


def _in_slack(house: House, people: People, codes: LinkCodes) -> tuple[Surfaces, Jobs]:
    """Links, privacy, and looking at another's record; and what is done for them later."""
    linking = Linking(
        house.store,
        people.links,
        codes,
        render=house.renderer.message,
        render_text=house.renderer.text,
        mail=house.mail,
        clock=house.clock,
        forget=house.forget,
        at_home=house.roles.at_home,
    )
    surface = PeopleSurface(house.store, people, linking, zone=house.settings.zone, clock=house.clock)
    taken = Surfaces()
    surface.register(taken)
    settings, conversation = house.settings, house.conversation
    reading = Downloads(
        house.store, house.files, house.renderer, key=settings.key, zone=settings.zone, clock=house.clock
    )
    DownloadSurface(
        house.renderer,
        programs=lambda text, now: conversation.understanding.slots(text, now).programs,
        zone=settings.zone,
    ).register(taken)
    reminding = Reminders(
        house.store, people, house.renderer, zone=settings.zone, quiet=settings.quiet, clock=house.clock
    )
    OwnSurface(people, reminding, house.renderer, zone=settings.zone).register(taken)
    told = partial(verdicts.check, conversation=house.conversation)
    return taken, Jobs(
        handle={verdicts.VERDICT: told},
        send={
            REQUEST: linking.request,
            SEND_CODE: linking.send_code,
            LOOK: surface.look,
            READ: reading.read,
            REMIND: reminding.remind,
        },
    )


def _weekly(house: House, weekly: Recheck) -> Jobs:
    """The weekly run, and what it tells."""
    telling = Telling(
        house.store,
        house.resources.knowledge,
        render=house.renderer.message,
        zone=house.settings.zone,
        quiet=house.settings.quiet,
        clock=house.clock,
        profiles=house.profiles,
    )
    return Jobs(
        handle={recheck.BEGIN: weekly.begin},
        send={recheck.CHUNK: weekly.chunk, comparing.TELL: telling.tell},
    )


async def _figures(who: Who, now: datetime, *, people: People, house: House) -> Sequence[str]:
    """What they told of themselves and what their downloads show, a line each."""
    told = await people.told(who)
    if not told:
        return ()
    found = shown(told, people.rulebook.knowledge, now.astimezone(house.settings.zone).date())
    return house.renderer.text("people/own_told.j2", {"told": found}).splitlines()


async def _account(who: Who, now: datetime, *, people: People, zone: ZoneInfo) -> Account:
    """By the record that they are linked to; nothing where there is none or it cannot be read now."""
    try:
        record = await people.record_of(who)
    except SourceUnreachableError:
        record = None
    if record is None:
        return Account()
    status = None if record.account_status is None else str(record.account_status)
    verdicts = people.verdicts(record, now.astimezone(zone).date())
    return Account(status, tuple(verdict.as_dict() for verdict in verdicts))
