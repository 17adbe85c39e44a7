"""`make bench`: every bench in a process of its own, one after the other. Words behind it choose among them.

python -m tests.bench                 # all
python -m tests.bench matcher checks  # these
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LONG = {
    "recheck": ["5000"],  # people; 100,000 take minutes: python -m tests.bench.bench_recheck 100000
    "desk": [
        "100",
        "5",
    ],  # talks and kills; 1,000 take half an hour: python -m tests.bench.bench_desk 1000 20
}


def main() -> int:
    """Run the chosen benches; the number of those that failed."""
    known = [path.stem.removeprefix("bench_") for path in sorted(HERE.glob("bench_*.py"))]
    chosen = sys.argv[1:] or known
    unknown = [name for name in chosen if name not in known]
    if unknown:
        sys.stderr.write(f"no bench {', '.join(unknown)}; choose from {', '.join(known)}\n")
        return 2
    failed = 0
    for name in chosen:
        print(f"\n== {name} ==", flush=True)
        command = [sys.executable, "-m", f"tests.bench.bench_{name}", *LONG.get(name, ())]
        failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
