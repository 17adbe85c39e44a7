"""Where things stand at the top of the repository."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {"bot", "intents", "knowledge", "templates", "tests"}
MADE = {"build", "dist", "node_modules"}
"""What tools make and nobody commits."""


def test_there_is_no_other_folder() -> None:
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
    assert {name for name in found - MADE if not name.endswith(".egg-info")} == FOLDERS


def test_a_newcomer_finds_the_usual_files() -> None:
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Makefile"):
        assert (ROOT / name).is_file(), name
