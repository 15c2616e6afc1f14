"""The locks: hashed, free of addresses, in agreement with each other and with pyproject.toml."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.sources import ROOT

LOCKS = ("agent", "run", "test")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _lock(name: str) -> str:
    return (ROOT / "locks" / f"{name}.txt").read_text("utf-8")


def _pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;]+)", _lock(name), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def _wanted(name: str) -> list[Requirement]:
    project, groups = PROJECT["project"]["dependencies"], PROJECT["dependency-groups"]
    lines = {"agent": groups["agent"], "run": project, "test": project + groups["dev"]}[name]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_to_download_from(name: str) -> None:
    options = [line for line in _lock(name).splitlines() if re.match(r"\s*-(?!-hash=sha256:)", line)]
    assert options == []
    assert "://" not in _lock(name)


@pytest.mark.parametrize("name", LOCKS)
def test_every_pinned_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", _lock(name).split("\n", 2)[2])
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    pins = _pins(name)
    wrong = [str(r) for r in _wanted(name) if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0"))]
    assert wrong == [], "run `make lock`"


@pytest.mark.parametrize("smaller", ["agent", "run"])
def test_the_locks_agree(smaller: str) -> None:
    larger = _pins("test")
    assert {package: larger.get(package) for package in _pins(smaller)} == _pins(smaller)
