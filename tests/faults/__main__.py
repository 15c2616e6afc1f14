"""python -m tests.faults: every single fault of every deed, with totals; in a folder that is removed again."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.strace import DEEDS, may_hold
from tests.faults.sweep import sweep


def main() -> int:
    """0 when nothing was wrong after any fault."""
    if (missing := may_hold()) is not None:
        sys.exit(missing)
    struck, wrong = 0, 0
    for deed in DEEDS:
        with TemporaryDirectory() as folder:
            swept = sweep(deed, Path(folder) / "data")
        print(f"{deed}: {swept.struck} single faults in {swept.calls} calls", *swept.wrong, sep="\n    ", flush=True)
        struck, wrong = struck + swept.struck, wrong + len(swept.wrong)
    print(f"{struck} single faults, {wrong} after which something was wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
