"""What training learned, kept on disk, so that the next start need not learn it again.

A file holds the weights and the calibration as plain arrays and JSON, no pickle. Its name is the digest of
everything that training depends on, and it holds a digest of its own content: a file that is stale, cut
short or changed is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intents.calibration import Calibration

_ROOM = Path(__file__).parent

PLAIN = Calibration(1.0, (), 0.0)
"""That of what is not calibrated."""
Arrays = Mapping[str, NDArray[Any]]


def digest(*inputs: Any) -> str:
    """SHA-256 of JSON-able inputs, of this room's code and English, and of the libraries that learn."""
    content = hashlib.sha256(json.dumps(inputs, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    content.update(f"{np.__version__} {version('scikit-learn')}".encode())
    for source in sorted([*_ROOM.glob("*.py"), _ROOM / "english.yaml"]):
        content.update(source.read_bytes())
    return content.hexdigest()


def save(folder: Path, key: str, learned: Arrays, calibration: Calibration = PLAIN) -> None:
    """Write whole or not at all; older files in the folder are removed.

    A folder that cannot be written costs the next start its time, no more.
    """
    described = np.frombuffer(json.dumps(asdict(calibration)).encode(), dtype=np.uint8)
    arrays = {**learned, "calibration": described}
    check = np.frombuffer(_check(key, arrays), dtype=np.uint8)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, check=check, **arrays)
        Path(name).replace(folder / f"{key}.npz")
        for old in folder.glob("*.npz"):
            if old.stem != key:
                old.unlink(missing_ok=True)


def load(folder: Path, key: str) -> tuple[Arrays, Calibration] | None:
    """What was saved under this key, or None if it is missing or not as it was written."""
    try:
        with np.load(folder / f"{key}.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        if arrays.pop("check").tobytes() != _check(key, arrays):
            return None
        values = json.loads(arrays.pop("calibration").tobytes())
        return arrays, Calibration(values["temperature"], tuple(values["weights"]), values["bias"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _check(key: str, arrays: Arrays) -> bytes:
    content = hashlib.sha256(key.encode())
    for name, array in sorted(arrays.items()):
        content.update(f"{name} {array.dtype.str} {array.shape}".encode())
        content.update(np.ascontiguousarray(array).tobytes())
    return content.digest()
