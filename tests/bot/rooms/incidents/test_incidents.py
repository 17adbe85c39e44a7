"""Incidents: what is known to be down, and that each subscriber is told once per change."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.content import TEMPLATES
from bot.delivery import Delivery, Pacing
from bot.delivery.outbox import Job
from bot.messages import Who
from bot.render import Renderer
from bot.rooms.incidents import incidents
from bot.rooms.incidents.content import load_incidents
from bot.rooms.incidents.incidents import TELL, IncidentOverError
from bot.store import Store
from knowledge.load import ContentError

CONTENT = load_incidents()
NOW = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)
ANA, BEN = Who("T1", "UANA"), Who("T1", "UBEN")


async def post(
    store: Store, *, origin: str = "o1", team: str = "T1", components: tuple[str, ...] = ("payments",)
) -> int:
    async with store.write() as session:
        await incidents.post(
            session,
            origin=origin,
            team=team,
            title="Payments are late",
            components=components,
            locations=("europe",),
            state="investigating",
            text="We are looking.",
            actor="UAGENT",
            now=NOW,
        )
    async with store.read() as session:
        return (await incidents.current(session, CONTENT, team))[0].id


async def change(store: Store, incident: int, origin: str, state: str, *, team: str = "T1") -> None:
    async with store.write() as session:
        await incidents.update(
            session,
            origin=origin,
            team=team,
            incident_id=incident,
            state=state,
            text=f"Now {state}.",
            actor="UAGENT",
            now=NOW + timedelta(hours=1),
        )


async def subscribe(store: Store, *people: Who) -> None:
    async with store.write() as session:
        for who in people:
            await incidents.subscribe(session, who, NOW)


async def told(store: Store) -> list[tuple[str, str]]:
    """Who gets what, in the order in which it leaves."""
    sent: list[tuple[str, str]] = []

    async def send(job: Job) -> dict[str, Any]:
        sent.append((job.payload["user"], job.payload["text"].splitlines()[1]))
        return {}

    delivery = Delivery(store, clock=lambda: NOW + timedelta(hours=2), pacing=Pacing(pace=timedelta(0)))
    delivery.handle(TELL, partial(incidents.tell, content=CONTENT, renderer=Renderer(TEMPLATES)))
    delivery.send("slack.dm", send)
    await delivery.drain()
    return sent


async def test_each_subscriber_is_told_once_per_change(store: Store) -> None:
    await subscribe(store, ANA, BEN)
    incident = await post(store)
    await change(store, incident, "o2", "resolved")
    await change(store, incident, "o2", "resolved")  # the form came twice
    heard = await told(store)
    for person in ("UANA", "UBEN"):
        assert [words for who, words in heard if who == person] == [">We are looking.", ">Now resolved."]


async def test_who_unsubscribed_hears_no_more(store: Store) -> None:
    await subscribe(store, ANA)
    async with store.write() as session:
        await incidents.unsubscribe(session, ANA)
    await post(store)
    assert await told(store) == []


async def test_who_subscribes_later_is_not_told_of_what_was(sqlite_store: Store) -> None:
    await post(sqlite_store)
    async with sqlite_store.write() as session:
        await incidents.subscribe(session, ANA, NOW + timedelta(minutes=1))
    assert await told(sqlite_store) == []


async def test_a_form_that_comes_twice_posts_one_incident(store: Store) -> None:
    await post(store)
    await post(store)
    async with store.read() as session:
        assert len(await incidents.current(session, CONTENT, "T1")) == 1


async def test_what_is_resolved_is_no_longer_down_and_takes_no_update(store: Store) -> None:
    incident = await post(store)
    await change(store, incident, "o2", "resolved")
    async with store.read() as session:
        assert await incidents.current(session, CONTENT, "T1") == []
    with pytest.raises(IncidentOverError):
        await change(store, incident, "o3", "monitoring")


async def test_another_workspace_neither_sees_nor_changes_it(store: Store) -> None:
    incident = await post(store)
    async with store.read() as session:
        assert await incidents.current(session, CONTENT, "T2") == []
    with pytest.raises(IncidentOverError):
        await change(store, incident, "o9", "resolved", team="T2")


@pytest.mark.parametrize(
    ("intent", "mentioned"),
    [("marketplace.withdrawal", True), ("earnings.12_month", True), ("jss.drop", False)],
)
async def test_answers_that_it_touches_say_so(sqlite_store: Store, intent: str, *, mentioned: bool) -> None:
    await post(sqlite_store)
    async with sqlite_store.read() as session:
        assert bool(await incidents.touching(session, CONTENT, "T1", intent)) is mentioned


def test_content_that_cannot_be_used_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "incidents.yaml").write_text("states: []\ncomponents: []\nlocations: []\n")
    with pytest.raises(ContentError, match=r"incidents\.yaml:1"):
        load_incidents(tmp_path / "incidents.yaml")
