"""What a conversation remembers between two messages."""

import asyncio
from datetime import timedelta

from bot.asking import conversations
from bot.asking.conversations import Place, Role
from bot.store import Store
from tests.clock import Clock

HERE = Place("T1", "D1", "U1")
ELSEWHERE = Place("T1", "D1", "17.0")


async def say(store: Store, key: str, text: str, clock: Clock, role: Role = Role.PERSON) -> bool:
    async with store.write() as session:
        return await conversations.write_down(session, HERE, key=key, role=role, text=text, at=clock())


async def read(store: Store) -> list[tuple[str, str]]:
    async with store.read() as session:
        return [(line.role, line.text) for line in await conversations.transcript(session, HERE)]


async def test_the_last_turn_is_remembered_per_place(store: Store, clock: Clock) -> None:
    async with store.write() as session:
        assert await conversations.recall(session, HERE) is None
        await conversations.remember(session, HERE, {"intent": "badge.first"}, clock())
        await conversations.remember(session, HERE, {"intent": "badge.next"}, clock())
    async with store.write() as session:
        assert await conversations.recall(session, HERE) == {"intent": "badge.next"}
        assert await conversations.recall(session, ELSEWHERE) is None
        await conversations.remember(session, HERE, None, clock())
    async with store.read() as session:
        assert await conversations.recall(session, HERE) is None


async def test_the_bot_keeps_quiet_where_a_human_answers(store: Store, clock: Clock) -> None:
    async with store.write() as session:
        assert not await conversations.human_present(session, HERE)
        await conversations.human_joined(session, HERE, clock())
        assert await conversations.human_present(session, HERE)
        assert not await conversations.human_present(session, ELSEWHERE)
        await conversations.human_joined(session, HERE, clock(), present=False)
        assert not await conversations.human_present(session, HERE)


async def test_two_workers_may_begin_the_same_conversation(store: Store, clock: Clock) -> None:
    await asyncio.gather(*(say(store, f"{n}", "hello", clock) for n in range(4)))
    assert len(await read(store)) == 4


async def test_the_conversation_so_far_is_told_in_order_and_once(store: Store, clock: Clock) -> None:
    assert await say(store, "1", "How do I get the badge?", clock)
    clock.forward(seconds=1)
    assert await say(store, "2", "Like this.", clock, Role.BOT)
    assert not await say(store, "1", "How do I get the badge?", clock)
    assert await read(store) == [("person", "How do I get the badge?"), ("bot", "Like this.")]


async def test_control_characters_do_not_break_the_log(store: Store, clock: Clock) -> None:
    await say(store, "1", "a\0b\ud800 🏅", clock)
    assert await read(store) == [("person", "ab? 🏅")]


async def test_words_are_forgotten_after_their_time(store: Store, clock: Clock) -> None:
    await say(store, "old", "old", clock)
    clock.forward(days=20)
    await say(store, "new", "new", clock)
    clock.forward(days=11)
    async with store.write() as session:
        assert await conversations.purge(session, clock.now - timedelta(days=30)) == 1
    assert await read(store) == [("person", "new")]
    clock.forward(days=60)
    async with store.write() as session:
        assert await conversations.purge(session, clock.now - timedelta(days=30)) == 1
        assert await conversations.find(session, HERE) is None
