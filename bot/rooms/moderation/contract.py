"""What this room brings to the house: why a question was understood so, and what moderators make of it."""

import asyncio

from bot.messages import Who
from bot.roles import MAY_LOOK, Role
from bot.room import House, Jobs, Room
from bot.rooms.moderation import home, kept, posting, trials
from bot.rooms.moderation.content import load_answers
from bot.rooms.moderation.facts import Facts
from bot.rooms.moderation.faq import CARD, Faq
from bot.rooms.moderation.home import Home
from bot.rooms.moderation.posting import Posting
from bot.rooms.moderation.published import Published
from bot.rooms.moderation.publishing import Publishing
from bot.rooms.moderation.room import Moderation
from bot.rooms.moderation.showing import Showing
from bot.rooms.moderation.surface import WhySurface
from bot.rooms.moderation.teaching import Teaching
from bot.rooms.moderation.topics import TopicsSurface
from bot.rooms.moderation.trials import Trials
from bot.rooms.moderation.why import Explainer
from bot.surfaces import merged


def room(house: House) -> Room:
    """The room, for those who may see what others said, and for moderators."""

    async def may_look(who: Who) -> bool:
        return not (await house.roles.of(who)).isdisjoint(MAY_LOOK)

    conversation = house.conversation
    explainer = Explainer(conversation.understanding, house.resources.catalogue)
    loop_time = asyncio.get_running_loop().time
    published = Published(conversation, house.store, load_answers(), loop_time)
    conversation.refresh = published.refresh
    moderation = Moderation(
        conversation=conversation,
        published=published,
        store=house.store,
        renderer=house.renderer,
        may=house.has(Role.MODERATOR),
        approvals=house.settings.approvals,
        channel=house.settings.moderator_channel,
    )
    showing = Showing(conversation)
    publishes, posts = Publishing(moderation, showing), Posting(moderation)
    tests, tab = Trials(moderation, showing), Home(moderation, showing)
    faq = Faq(moderation, posts, house.settings.faq_modes)
    posts.posted.append(faq.another_posted)
    conversation.overheard = faq.overheard
    conversation.silent = frozenset(house.settings.faq_modes)
    return Room(
        name="moderation",
        surfaces=merged(
            WhySurface(conversation, explainer, may_look).surfaces(),
            posts.surfaces(),
            publishes.surfaces(),
            Teaching(moderation, publishes).surfaces(),
            tab.surfaces(),
            faq.surfaces(),
            *(part(moderation).surfaces() for part in (Facts, TopicsSurface)),
        ),
        jobs=(
            Jobs(
                handle={home.DIGEST: tab.digest},
                send={posting.KIND: posts.think, trials.TEST: tests.run},
                after={posting.THEN: posts.keep, trials.TESTED: tests.keep, CARD: faq.carded},
            ),
        ),
        begin=tab.schedule,
        kept=kept.kept,
        forget=kept.forget,
        facade=published,
    )
