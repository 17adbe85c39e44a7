"""The page that ships is the one that its sources make, and it is small."""

import gzip
import hashlib
import json
from pathlib import Path

import bot.playground

PAGE = Path(bot.playground.__file__).parent / "page"
BUILT = PAGE / "built"
SOURCES = (
    "../emoji.json",
    "index.html",
    "package-lock.json",
    "package.json",
    "src",
    "stamp.mjs",
    "tsconfig.json",
    "vite.config.ts",
)
WHOLE = 400_000  # bytes of everything, compressed


def files(name: str) -> list[str]:
    path = PAGE / name
    return (
        sorted(str(f.relative_to(PAGE)) for f in path.rglob("*") if f.is_file()) if path.is_dir() else [name]
    )


def digest(names: list[str]) -> str:
    lines = [f"{name} {hashlib.sha256((PAGE / name).read_bytes()).hexdigest()}\n" for name in sorted(names)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_the_built_page_was_made_from_these_sources_and_is_as_it_was_made() -> None:
    stamp = json.loads((BUILT / "stamp.json").read_text("utf-8"))
    sources = digest([file for name in SOURCES for file in files(name)])
    assert stamp["sources"] == sources, "the sources are others than those that were built: run `make page`"
    built = digest([file for file in files("built") if not file.endswith("stamp.json")])
    assert stamp["built"] == built, "the built page was changed by hand: run `make page`"


def test_the_page_is_small_enough_to_be_there_at_once() -> None:
    size = sum(len(gzip.compress((PAGE / file).read_bytes())) for file in files("built"))
    assert size <= WHOLE


def test_the_lock_names_no_place_to_download_from() -> None:
    lock = (PAGE / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert "://" not in lock
    assert "integrity" in lock
