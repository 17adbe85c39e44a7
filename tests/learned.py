"""Where the tests keep what the matcher learned, so that it is learned once for all of them.

`python -m tests.learned` learns it before the tests run: else each of their processes would.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
LEARNED = ROOT / ".pytest_cache" / "laurel"

if __name__ == "__main__":
    from bot.content import Content  # who only asks where it lies is spared it

    Content.read(LEARNED)
