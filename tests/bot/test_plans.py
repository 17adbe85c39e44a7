"""Each statement on the way of a message finds its rows by an index, however large the tables grow."""

from typing import Any

import pytest
from sqlalchemy import event, text

from bot.content import Content
from bot.playground.scopes import granted
from bot.playground.workspace import Workspace
from bot.store import Store
from tests.bot.way import DESK, FAQ, OTHER, PERSON, open_way, settings_for
from tests.clock import Clock

Statement = tuple[str, Any]


@pytest.fixture
async def statements(
    content: Content, clock: Clock, workspace: Workspace, database_url: str
) -> list[Statement]:
    """All that the database is asked for a question in a direct message and one in a channel."""
    workspace.scopes = granted()
    for user in (PERSON, OTHER):
        workspace.people.user(user)
    for channel in (DESK, FAQ):
        workspace.people.channel(channel, members=(PERSON, OTHER))
    passed: dict[str, Any] = {}

    def executed(connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        del connection, cursor, more
        if statement.split(None, 1)[0].upper() in {"SELECT", "UPDATE", "DELETE", "INSERT"}:
            passed.setdefault(statement, parameters)

    async with open_way(workspace, settings_for(workspace, database_url), content, clock) as way:
        await way.says("what are the criteria for top rated")  # what is done once in a day is done
        engine = way.laurel.store.engine.sync_engine
        event.listen(engine, "before_cursor_execute", executed)
        assert await way.says("how do I get a refund of connects")
        await way.says("how many free connects do I get", OTHER, channel=FAQ)
        event.remove(engine, "before_cursor_execute", executed)
    return list(passed.items())


async def test_no_statement_of_the_way_reads_a_whole_table(
    statements: list[Statement], database_url: str
) -> None:
    store = await Store.open(database_url)
    whole = []
    async with store.engine.connect() as connection:
        if store.dialect == "postgresql":
            await connection.execute(text("SET enable_seqscan = off"))  # on tables this small it is quicker
        for statement, parameters in statements:
            explain = "EXPLAIN" if store.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
            plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
            lines = [str(row[-1]) for row in plan]
            whole += [f"{line}: {statement}" for line in lines if reads_all(line)]
    await store.close()
    assert len(statements) > 5
    assert whole == []


def reads_all(line: str) -> bool:
    """Whether this line of a plan reads every row of a table (SQLite says SCAN, PostgreSQL Seq Scan)."""
    if "Seq Scan on buckets" in line:
        return False  # PostgreSQL chooses between one hash of this table and a look by its key for each job
    return "Seq Scan on" in line or (line.startswith("SCAN") and "CONSTANT ROW" not in line)
