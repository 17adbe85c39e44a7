"""What this room brings to the house: why a question was understood so, and what moderators make of it."""

import asyncio
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.upkeep import aged
from bot.messages import Who
from bot.roles import MAY_LOOK, Role
from bot.room import House, Jobs, Room
from bot.rooms.moderation import community, discussed, home, kept, posting, solutions, trials
from bot.rooms.moderation.community import Community
from bot.rooms.moderation.content import Kind, load_answers
from bot.rooms.moderation.drafting import Drafts
from bot.rooms.moderation.facts import Facts
from bot.rooms.moderation.faq import CARD, Faq
from bot.rooms.moderation.home import Home
from bot.rooms.moderation.posting import Posting
from bot.rooms.moderation.published import Published
from bot.rooms.moderation.publishing import Publishing
from bot.rooms.moderation.room import Moderation
from bot.rooms.moderation.showing import Showing
from bot.rooms.moderation.solutions import Solutions
from bot.rooms.moderation.stale import STALE, StaleFacts
from bot.rooms.moderation.surface import WhySurface
from bot.rooms.moderation.teaching import Teaching
from bot.rooms.moderation.topics import TopicsSurface
from bot.rooms.moderation.trials import Trials
from bot.rooms.moderation.why import Explainer
from bot.surfaces import Surfaces, merged


def room(house: House) -> Room:
    """The room, for those who may see what others said, and for moderators."""

    async def may_look(who: Who) -> bool:
        return not (await house.roles.of(who)).isdisjoint(MAY_LOOK)

    conversation = house.conversation
    explainer = Explainer(conversation.understanding, house.resources.catalogue)
    moderation = _moderation(house)
    showing = Showing(conversation)
    publishes, posts = Publishing(moderation, showing), Posting(moderation)
    tests, tab = Trials(moderation, showing), Home(moderation, showing)
    faq = Faq(moderation, posts, house.settings.faq_modes)
    drafts = Drafts(moderation, publishes)
    old = StaleFacts(moderation)
    teaching, facts = Teaching(moderation, drafts), Facts(moderation, drafts, old)
    teaching.editors[Kind.FACT] = facts.edit
    discussing, discussed_jobs = _discussed(house, moderation, teaching)
    posts.posted.append(faq.another_posted)
    conversation.overheard = faq.overheard
    conversation.silent = frozenset(house.settings.faq_modes)

    return Room(
        name="moderation",
        surfaces=merged(
            WhySurface(conversation, explainer, may_look).surfaces(),
            posts.surfaces(),
            publishes.surfaces(),
            teaching.surfaces(),
            discussing,
            tab.surfaces(),
            faq.surfaces(),
            facts.surfaces(),
            TopicsSurface(moderation).surfaces(),
        ),
        jobs=(
            Jobs(
                handle={home.DIGEST: tab.digest, STALE: old.monthly},
                send={posting.KIND: posts.think, trials.TEST: tests.run},
                after={posting.THEN: posts.keep, trials.TESTED: tests.keep, CARD: faq.carded},
            ),
            discussed_jobs,
        ),
        begin=partial(_begin, tab, old),
        upkeep={"community": aged(discussed.purge)},
        kept=kept.kept,
        forget=kept.forget,
        facade=moderation.published,
    )


async def _begin(tab: Home, old: StaleFacts, session: AsyncSession, now: datetime) -> None:
    """The weekly digest, and the monthly list."""
    await tab.schedule(session, now)
    await old.schedule(session, now)


def _moderation(house: House) -> Moderation:
    """What the room's parts share; what is published is said from now on."""
    conversation, loop_time = house.conversation, asyncio.get_running_loop().time
    published = Published(conversation, house.store, load_answers(), loop_time)
    conversation.refresh = published.refresh
    return Moderation(
        conversation=conversation,
        published=published,
        store=house.store,
        renderer=house.renderer,
        may=house.has(Role.MODERATOR),
        approvals=house.settings.approvals,
        channel=house.settings.moderator_channel,
    )


def _discussed(house: House, moderation: Moderation, teaching: Teaching) -> tuple[Surfaces, Jobs]:
    """What is put before the community and comes back; nothing is offered where no channel is set."""
    asks = Community(moderation, house.settings.community_channel, house.settings.solution_emoji)
    solved = Solutions(moderation, asks, teaching)
    house.conversation.replies.community = asks.channel is not None
    after = {community.POSTED: asks.posted, community.LINKED: asks.linked, solutions.FOUND: solved.found}
    return merged(asks.surfaces(), solved.surfaces()), Jobs(after=after, parked=(asks.not_posted,))
