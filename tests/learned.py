"""Where the tests keep what the matcher learned, so that it is learned once for all of them."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
LEARNED = ROOT / ".pytest_cache" / "laurel"
