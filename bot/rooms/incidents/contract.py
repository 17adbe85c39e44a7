"""What this room brings to the house: what is down, said below answers and to those who want to be told."""

from functools import partial

from bot.roles import Role
from bot.room import House, Jobs, Room
from bot.rooms.incidents import answers, incidents
from bot.rooms.incidents.content import load_incidents
from bot.rooms.incidents.surface import IncidentSurface


def room(house: House) -> Room:
    """The room. Raises ContentError."""
    content = load_incidents()
    surface = IncidentSurface(
        content=content, renderer=house.renderer, store=house.store, is_agent=house.has(Role.AGENT)
    )
    return Room(
        name="incidents",
        answers={answers.KIND: partial(answers.incident, content=content)},
        notices=(partial(answers.notice, content=content),),
        surfaces=surface.surfaces(),
        jobs=(
            Jobs(handle={incidents.TELL: partial(incidents.tell, content=content, renderer=house.renderer)}),
        ),
        kept=incidents.kept,
        forget=incidents.unsubscribe,
    )
