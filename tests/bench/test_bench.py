"""Every measurement runs, and answers figures that can be shown. How large they are is no test's business."""

import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from rich.console import Console

from bench import __main__ as bench
from bench.figures import Figure, show, spread
from bench.township import Town, furnish

ONCE = {"last-touch": 2, "checkouts": 3, "appends": 2, "log": 2, "auditor": 600, "wire": 3, "decoders": 50}
"""At the kiosk, at the desk, and what needs neither of the two programs."""
LONG = {"unlocks": 1, "arrival": 2, "reads": 8, "polling": 1, "memory": 1, "startup": 1, "pages": 12_000}
"""Over the same two programs, or over townships of their own, which takes minutes together."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return furnish(tmp_path_factory.mktemp("bench") / "township")


@pytest.fixture
def town(furnished: Town, tmp_path: Path) -> Town:
    copytree(furnished.data, tmp_path / "town")
    return replace(furnished, data=tmp_path / "town")


@pytest.mark.parametrize("name", [*ONCE, *(pytest.param(name, marks=pytest.mark.long) for name in LONG)])
def test_it_measures(name: str, town: Town) -> None:
    for figure in bench.MEASUREMENTS[name].measure(town, {**ONCE, **LONG}[name]):
        assert figure.measured
        assert all(value > 0 for value in (*figure.measured.values(), *figure.floors.values()))


def test_nothing_is_left_out() -> None:
    assert ONCE.keys() | LONG.keys() == bench.MEASUREMENTS.keys()


def test_the_spread_of_a_hundred_equal_steps() -> None:
    assert spread(range(101)) == {"p50": 50, "p99": 99}
    assert spread([3.0]) == {"p50": 3.0, "p99": 3.0}


def test_a_missed_target_says_so() -> None:
    shown = StringIO()
    figure = Figure(what="it", unit="ms", measured={"p99": 12.0}, target="≤ 10 ms", is_met=False)
    show([figure], Console(file=shown, width=100))
    assert re.search(r"it +p99 12 ms +missed: ≤ 10 ms", shown.getvalue())


def test_figures_go_into_a_file_with_when_and_on_what_they_were_measured() -> None:
    figure = Figure(what="it", unit="/s", measured={"reads": 2.0}, floors={"bare": 4.0})
    written = json.loads(json.dumps(bench.as_json_object([figure])))
    assert written["figures"][0]["floors"] == {"bare": 4.0}
    assert {"at", "machine", "python", "cores"} <= written.keys()
