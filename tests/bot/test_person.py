"""`laurel export-person`, `forget`, `backup` and `db copy`, as an operator types them."""

import json
from pathlib import Path

from sqlmodel import SQLModel

from tests.bot.rooms.people.samples import freelancer
from tests.bot.rooms.people.test_commands import Run, laurel, written

__all__ = ["laurel"]

OF_NOBODY = {
    "buckets": "rates of channels",
    "jobs": "what is under way; it goes when it is done and its time is over",
    "incidents": "what is down",
    "incident_updates": "what is down",
    "live_messages": "copies of messages that other tables hold",
    "recheck_runs": "how far a run is",
    "ticket_words": "the search's copy of a ticket",
    "workspaces": "where Laurel is installed",
    "workspace_settings": "the workspace's own settings",
    "slack_bots": "the workspaces' tokens, sealed",
    "slack_installations": "the workspaces' tokens, sealed",
    "slack_oauth_states": "installations under way",
    "departed": "whom Slack deactivated: it ends their rights",
}
"""The tables that an export leaves out, each with why."""


def link(laurel: Run) -> None:
    assert laurel("import", written(freelancer()))[0] == 0
    assert laurel("link", "--team", "T1", "--user", "U1", "--freelancer", "f-1")[0] == 0


def test_an_export_names_every_table_that_can_hold_something_of_a_person(laurel: Run) -> None:
    link(laurel)
    code, out, _ = laurel("export-person", "U1", "--team", "T1")
    assert code == 0
    found = json.loads(out)
    assert set(found) == {"team", "user", *SQLModel.metadata.tables} - OF_NOBODY.keys()
    (linked,) = found["links"]
    assert (linked["freelancer_id"], linked["how"]) == ("f-1", "admin")
    (record,) = found["freelancers"]
    assert record["record"]["id"] == "f-1"


def test_nobody_elses_rows_are_in_an_export(laurel: Run) -> None:
    link(laurel)
    for user, team in (("U2", "T1"), ("U1", "T2")):
        found = json.loads(laurel("export-person", user, "--team", team)[1])
        assert all(rows == [] for name, rows in found.items() if name not in {"team", "user"})


def test_forget_ends_the_link_as_the_persons_own_button_does(laurel: Run) -> None:
    link(laurel)
    code, out, _ = laurel("forget", "U1", "--team", "T1")
    assert code == 0
    assert "Forgotten" in out
    (left,) = json.loads(laurel("export-person", "U1", "--team", "T1")[1])["links"]
    assert (left["freelancer_id"], left["how"]) == (None, "refused")


def test_a_backup_is_restored_in_place_of_what_is_there_and_that_is_kept(laurel: Run) -> None:
    link(laurel)
    code, out, _ = laurel("backup", "laurel.backup")
    assert (code, "MB" in out) == (0, True)
    assert laurel("backup", "laurel.backup")[0] == 2
    laurel("forget", "U1", "--team", "T1")
    code, _, error = laurel("restore", "laurel.backup")
    assert (code, "--replace" in error) == (2, True)
    code, out, _ = laurel("restore", "laurel.backup", "--replace")
    assert (code, "laurel.backup.replaced" in out) == (0, True)
    assert Path("laurel.backup.replaced").exists()
    (back,) = json.loads(laurel("export-person", "U1", "--team", "T1")[1])["links"]
    assert back["freelancer_id"] == "f-1"


def test_a_copy_says_how_much_it_copied_and_refuses_a_database_that_holds_something(laurel: Run) -> None:
    link(laurel)
    code, out, _ = laurel("db", "copy", "sqlite:///other.db")
    assert (code, "2 rows of 2 tables" in out) == (0, True)
    code, _, error = laurel("db", "copy", "sqlite:///other.db")
    assert (code, "an empty one" in error) == (2, True)
    code, _, error = laurel("db", "copy", "mysql://there")
    assert (code, "not supported" in error) == (2, True)
