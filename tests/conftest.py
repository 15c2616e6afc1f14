"""What every test may count on: the shared fixtures, steady Hypothesis examples, and skips that CI does not forgive."""

import gc
import os
from collections import Counter
from collections.abc import Generator
from typing import TypeVar

import hypothesis
import pytest

pytest_plugins = [
    "tests.fixtures.chromium",
    "tests.fixtures.mosquitto",
    "tests.fixtures.poppler",
    "tests.fixtures.postgres",
    "tests.fixtures.brokers",
    "tests.fixtures.databases",
]

# A run tells about the code, not about the day's luck: the same examples each time.  `make long` explores.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("long", max_examples=500, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("GONGGUAN_HYPOTHESIS", "steady"))

NO_SKIP = bool(os.environ.get("GONGGUAN_NO_SKIP"))
WORKERS_MAX = 4
MARKER_OF_FIXTURE = {
    "open_screen": "browser",
    "mosquitto": "mosquitto",
    "certified_mosquitto": "mosquitto",
    "postgres_url": "postgres",
}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, because many tests wait for a line or a page; at most four."""
    return min(WORKERS_MAX, len(os.sched_getaffinity(0)) + 1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays to the end, so the garbage collector need not walk through it ever again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test by the fixtures it uses, so that `-m "not browser"` needs no bookkeeping."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if marker := MARKER_OF_FIXTURE.get(fixture):
                item.add_marker(marker)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The sum of everything that tests counted with `record_property(what, how_many)`."""
    counted = Counter[str]()
    for report in terminalreporter.getreports("passed"):
        counted.update({what: many for what, many in report.user_properties if isinstance(many, int)})
    if counted:
        terminalreporter.section("counted")
    for what, many in sorted(counted.items()):
        terminalreporter.line(f"{what}: {many:,}")


Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def _forbid_skip(report: Report) -> Report:
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"a skip is a failure here (GONGGUAN_NO_SKIP): {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With GONGGUAN_NO_SKIP=1 a skipped test has failed."""
    return _forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself while it is collected."""
    return _forbid_skip((yield))
