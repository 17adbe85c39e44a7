"""`laurel lint`: check all content."""

from collections.abc import Iterator
from tempfile import TemporaryDirectory

import typer

from bot import logs
from bot.app import Laurel, build
from bot.cli.common import now, run
from bot.content import TEMPLATES
from bot.render import Renderer, TemplateError
from bot.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def lint() -> None:
        """Check the catalogue, the knowledge, the desk's content and the templates."""
        found = [*problems(), *run(_replies())]
        for line in found:
            typer.echo(line, err=True)
        if found:
            raise typer.Exit(1)
        typer.echo("All content is in order.")


def problems() -> Iterator[str]:
    """Every problem as `file:line: what; cure`. Raises ContentError for what cannot be read at all."""
    from bot.review.figures import stray
    from bot.rooms.desk.content import load_desk
    from bot.rooms.desk.specialists.content import load_specialists
    from bot.rooms.desk.specialists.lint import problems as specialist_problems
    from bot.rooms.moderation.content import lint as answer_problems
    from bot.rooms.moderation.content import load_answers
    from intents.entities import load_entities
    from intents.lint import check
    from intents.load import load_catalogue
    from knowledge.calendar import load_calendars
    from knowledge.lint import lint as knowledge_problems
    from knowledge.load import load

    catalogue = load_catalogue()
    desk = load_desk()
    calendars = load_calendars()
    yield from map(str, check(catalogue, load_entities(), {one.id for one in desk.categories}))
    knowledge = load()
    yield from map(str, knowledge_problems(knowledge))
    if desk.calendar not in calendars:
        yield f"bot/rooms/desk/desk.yaml:1: there is no calendar {desk.calendar}; name one of calendar.yaml"
    yield from specialist_problems(load_specialists(), calendars, desk, knowledge)
    yield from answer_problems(load_answers(), knowledge)
    renderer = Renderer(TEMPLATES)
    for intent in catalogue:
        place = catalogue.places.get(intent.id, "intents/catalogue")
        template = f"replies/{intent.id}.j2"
        if not renderer.exists(template):
            yield f"{place}: {intent.id} has no words; add templates/{template}"
    yield from _templates(renderer)
    yield from stray(knowledge, TEMPLATES.parent)


async def _replies() -> list[str]:
    """Problems of the replies themselves, read in a house of their own that nobody lives in."""
    from bot.review.replies import review

    with TemporaryDirectory() as folder:
        of_its_own = Settings.read(
            {
                "LAUREL_DATABASE_URL": f"sqlite:///{folder}/review.db",
                "LAUREL_SPECIALIST_CHANNEL": "C0SPECIALISTS",
                "LAUREL_MEETING_URL": "https://meet.example/{id}",
            }
        )
        logs.set_up("error")
        async with build(of_its_own) as laurel:
            unanswered = list(_unanswered(laurel))
            return unanswered or [problem async for problem in review(laurel.conversation, now())]


def _unanswered(laurel: Laurel) -> Iterator[str]:
    """Intents whose kind of reply no room answers."""
    for intent in laurel.content.catalogue:
        if intent.reply not in laurel.conversation.replies.answers:
            place = laurel.content.catalogue.places.get(intent.id, "intents/catalogue")
            yield f"{place}: {intent.id} has the reply {intent.reply}, which nothing answers; name another"


def _templates(renderer: Renderer) -> Iterator[str]:
    """Templates that cannot be read at all."""
    for name in renderer.names():
        if not name.endswith(".j2"):
            continue
        try:
            renderer.parse(name)
        except TemplateError as error:
            yield f"templates/{error}"
