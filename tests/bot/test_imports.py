"""The directions of imports, that an import does nothing but define, and what a quick start does without."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.content import Content
from tests.learned import LEARNED

ROOT = Path(__file__).parents[2]
HEAVY = {"alembic", "dateparser", "httpx", "matplotlib", "psycopg", "scipy", "slack_bolt", "sklearn"}


def test_imports_run_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("module", ["bot.app", "bot.cli.check", "bot.playground.chat"])
def test_an_import_touches_no_file_and_no_network(module: str, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "def hook(event, args):\n"
        "    if event in ('socket.connect', 'sqlite3.connect', 'subprocess.Popen'): raise SystemExit(event)\n"
        f"sys.addaudithook(hook)\nimport {module}\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "SLACK_BOT_TOKEN": "wrong", "LAUREL_TIMEZONE": "wrong"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_question_at_the_terminal_brings_nothing_that_only_serving_or_learning_need(
    tmp_path: Path,
) -> None:
    code = f"""
import sys
from bot.cli import main
try:
    main()
finally:
    print(*sorted({HEAVY!r} & sys.modules.keys()), file=sys.stderr, end="")
"""
    Content.read(LEARNED)
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": "",
        "LAUREL_CACHE_DIR": str(LEARNED),
        "LAUREL_DATABASE_URL": f"sqlite:///{tmp_path / 'laurel.db'}",
    }

    def laurel(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    assert laurel("db", "upgrade").returncode == 0
    asked = laurel("ask", "what are the criteria for top rated")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout
    assert asked.stderr == ""
