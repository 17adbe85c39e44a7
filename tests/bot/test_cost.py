"""What one question costs the database, through the whole way: signed request, job, reply, delivery."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.bot.way import Way

MOST_STATEMENTS = 15
MOST_COMMITS = 3


@contextmanager
def counted(engine: Engine) -> Iterator[Counter[str]]:
    """The statements and commits meanwhile; a transaction that changed nothing is no commit."""
    count: Counter[str] = Counter()
    open_writes: set[int] = set()

    def executed(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        del cursor, more
        count["statements"] += 1
        if not statement.lstrip().upper().startswith("SELECT"):
            open_writes.add(id(connection))

    def committed(connection: Any) -> None:
        if id(connection) in open_writes:
            open_writes.remove(id(connection))
            count["commits"] += 1

    def rolled_back(connection: Any) -> None:
        open_writes.discard(id(connection))

    hooks: dict[str, Callable[..., None]] = {
        "before_cursor_execute": executed,
        "commit": committed,
        "rollback": rolled_back,
    }
    for name, hook in hooks.items():
        event.listen(engine, name, hook)
    try:
        yield count
    finally:
        for name, hook in hooks.items():
            event.remove(engine, name, hook)


async def test_one_question_takes_few_statements_and_three_commits(way: Way) -> None:
    await way.says("what are the criteria for top rated")  # what is done once in a day is done
    with counted(way.laurel.store.engine.sync_engine) as count:
        replies = await way.says("how do I get a refund of connects")
    assert len(replies) == 1
    assert 0 < count["commits"] <= MOST_COMMITS, count
    assert count["statements"] <= MOST_STATEMENTS, count
