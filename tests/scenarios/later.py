"""Runs one of our programs as if so many hours had passed: `python -m tests.scenarios.later HOURS MODULE ARGUMENTS…`.

Only the wall clock is later, and it goes on from there; what waits and repeats does so as ever.
"""

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine

if __name__ == "__main__":
    hours, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=float(hours))):
        runpy.run_module(module, run_name="__main__", alter_sys=True)
