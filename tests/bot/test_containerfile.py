"""The container learns the catalogue when it is built: the step that does so works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.learned import LEARNED, ROOT


def test_the_build_step_that_learns_the_catalogue_runs_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    [step] = [line.removeprefix("RUN ") for line in text.splitlines() if "laurel ask" in line]
    learned = tmp_path / "learned"
    shutil.copytree(LEARNED, learned, dirs_exist_ok=True) if LEARNED.exists() else learned.mkdir()
    here = step.replace("/opt/laurel/bin/", f"{Path(sys.executable).parent}/")
    here = here.replace("/opt/laurel/learned", str(learned)).replace("/tmp/build.db", f"{tmp_path}/build.db")
    done = subprocess.run(
        ["/bin/sh", "-ec", here],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert len(re.findall(r"laurel ask", step)) == 1
