"""Who may import what: rules that need more than import-linter's table.

The tables of layers are in pyproject.toml.  Here: nobody leans on a package that is not locked for where they run, and
the pure parts ask neither the clock nor chance, and touch nothing outside.
"""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.sources import PRODUCT, ROOT, name_of, python_files, syntax
from tests.repository.test_locks import PROJECT

IMPURE_MODULES = {
    "asyncio", "concurrent", "fcntl", "http", "logging", "multiprocessing", "os", "pathlib", "pty", "queue", "random",
    "secrets", "select", "selectors", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
    "termios", "threading", "time", "urllib", "uuid",
}  # fmt: skip
IMPURE_CALLS = {
    "open", "print", "input",
    "date.today", "datetime.now", "datetime.today", "datetime.utcnow",
    "Ed25519PrivateKey.generate",
}  # fmt: skip

PURE = {
    "firmware_protocol": {"cryptography"},
    "server/custody": set[str](),
    "server/ledger": {"cryptography"},
    "device_agent/custodian": set[str](),
    "device_agent/commissioning": set[str](),
}
"""Pure part → the packages from outside that it may use."""
NOT_PURE = ("firmware_protocol/emulators/", "firmware_protocol/__main__.py")
"""The emulators stand on a pseudo-terminal, the technician's tool on a terminal."""


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    """(top-level module, full name) of everything a file imports, wherever in the file."""
    for node in ast.walk(syntax(path)):
        match node:
            case ast.Import(names=names):
                yield from ((name.name.split(".")[0], name.name) for name in names)
            case ast.ImportFrom(module=str(module)):
                yield module.split(".")[0], module


def _packages(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


RUN = _packages(PROJECT["project"]["dependencies"])
AGENT = _packages(PROJECT["dependency-groups"]["agent"])


@pytest.mark.parametrize(
    ("part", "locked"),
    [("firmware_protocol", {"cryptography"}), ("device_agent", AGENT), ("server", RUN)],
    ids=PRODUCT,
)
def test_a_part_imports_only_packages_it_declares(part: str, locked: set[str]) -> None:
    distributions = packages_distributions()
    foreign = {
        f"{name_of(path)}: {full}"
        for path in python_files(part)
        for top, full in _imports(path)
        if top not in sys.stdlib_module_names
        and top not in PRODUCT
        and not locked & {canonicalize_name(name) for name in distributions.get(top, ["(not installed)"])}
    }
    assert foreign == set()


def _pure_files(part: str) -> list[Path]:
    return [
        path
        for path in python_files(part.split("/", maxsplit=1)[0])
        if name_of(path).startswith(part) and not name_of(path).startswith(NOT_PURE)
    ]


@pytest.mark.parametrize("part", PURE)
def test_a_pure_part_imports_nothing_that_reaches_outside(part: str) -> None:
    own = {*PRODUCT, *PURE[part]}
    impure = {
        f"{name_of(path)}: {full}"
        for path in _pure_files(part)
        for top, full in _imports(path)
        if top in IMPURE_MODULES or (top not in sys.stdlib_module_names and top not in own)
    }
    assert impure == set()


def _calls(path: Path) -> Iterator[str]:
    for node in ast.walk(syntax(path)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attribute)):
                yield f"{owner}.{attribute}"


@pytest.mark.parametrize("part", PURE)
def test_a_pure_part_asks_neither_the_clock_nor_chance(part: str) -> None:
    impure = {f"{name_of(path)}: {call}()" for path in _pure_files(part) for call in _calls(path)}
    assert {call for call in impure if call.rsplit(" ", 1)[1].removesuffix("()") in IMPURE_CALLS} == set()


def test_the_guards_look_at_files_that_exist() -> None:
    assert [part for part in PURE if not _pure_files(part)] == []
    assert [path for path in NOT_PURE if not (ROOT / path).exists()] == []
