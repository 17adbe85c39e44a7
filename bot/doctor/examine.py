"""All findings, in the order in which somebody would mend them."""

from datetime import datetime

from bot.doctor import machine, outside
from bot.doctor.finding import Finding, Health, broken
from bot.doctor.installed import installed
from bot.doctor.workspace import workspace
from bot.settings import Settings, SettingsError
from bot.store import Store


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Look at everything; nothing is changed and nothing is written to anybody.

    Where Laurel is installed from a link, at each workspace; at one alone where `settings` name it.
    """
    many = settings.slack_client_id is not None
    database = await machine.database(settings)
    found = [*_settings(settings), machine.keys(settings), *machine.disk(settings), database]
    found.append(await outside.mail(settings))
    if database.health is Health.OK:
        async with Store.opened(settings.database_url) as store:
            if many:
                found += [one async for one in installed(settings, store, now)]
            else:
                found += await machine.queue(store, now)
                found.append(await outside.records(settings, store))
    return found if many else found + [one async for one in workspace(settings, now)]


def _settings(settings: Settings) -> list[Finding]:
    """What `laurel serve` would refuse to start without."""
    try:
        settings.check_serving()
    except SettingsError as error:
        return [broken("settings", line, "see README, `laurel serve`") for line in str(error).splitlines()]
    return []
