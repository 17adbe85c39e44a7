"""Debian's Chromium, driven by Playwright: found, or installed where we may, or a clear word."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import BrowserContext, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEBIAN = ("chromium", "fonts-noto-color-emoji")
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}
LOCK = Path(tempfile.gettempdir()) / "laurel-chromium.lock"


class NoBrowserError(Exception):
    """There is none, and we may not install one."""


def executable() -> str:
    """Chromium's place; installed first where it is missing and we are root. Raises NoBrowserError."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes ask at once
        found = _found()
        if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
            for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *DEBIAN]):
                subprocess.run(["apt-get", *command], check=False, env={**os.environ, **QUIET})
            found = _found()
    if found is None:
        raise NoBrowserError(
            "the browser tests need Chromium: apt-get install chromium (as root), then again"
        )
    return found


@asynccontextmanager
async def browser(
    *, width: int = 1280, height: int = 860, dark: bool = False, lift_policy: bool = False
) -> AsyncIterator[BrowserContext]:
    """A browser that nobody used before. `lift_policy`: scripts of ours may run in the page."""
    with tempfile.TemporaryDirectory(prefix="laurel-browser-") as folder:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                folder,
                executable_path=executable(),
                headless=True,
                args=FLAGS,
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                timezone_id="America/Los_Angeles",
                bypass_csp=lift_policy,
            )
            try:
                yield context
            finally:
                await context.close()


def _found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)
