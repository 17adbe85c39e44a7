"""Whether specialists.yaml names what exists elsewhere: calendars, ticket categories, facts."""

from collections.abc import Iterator, Mapping

from bot.rooms.desk.content import DeskContent
from bot.rooms.desk.specialists.content import SpecialistContent
from knowledge.calendar import Calendar
from knowledge.model import Knowledge

_FILE = "bot/rooms/desk/specialists/specialists.yaml:1"


def problems(
    content: SpecialistContent, calendars: Mapping[str, Calendar], desk: DeskContent, knowledge: Knowledge
) -> Iterator[str]:
    """Every name that leads nowhere, as `file:line: what; cure`."""
    known = {(category.id, sub.id) for category in desk.categories for sub in category.subcategories}
    for name, queue in content.queues.items():
        if queue.calendar not in calendars:
            yield f"{_FILE}: {name}: there is no calendar {queue.calendar}; name one of calendar.yaml"
        for sub in (queue.subcategory, queue.message):
            if (queue.category, sub) not in known:
                yield f"{_FILE}: {name}: there is no {queue.category}.{sub}; name one of desk.yaml"
    for path in sorted(content.video.facts):
        try:
            knowledge.cell(path)
        except KeyError:
            yield f"{_FILE}: a cure names {path}, which is no fact; name one of the knowledge"
