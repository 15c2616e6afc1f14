"""The files of this repository, as its checks look at them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("firmware_protocol", "device_agent", "server")
EVERYTHING = (*PRODUCT, "tests", "bench", "scripts")

KEPT_DOT_FOLDERS = {".ci", ".githooks"}
MADE_BY_RUNNING = {
    "__pycache__", "agent-data", "build", "demo-data", "dist", "gongguan-data", "screenshots",
}  # fmt: skip
BINARY_SUFFIXES = {".mo", ".otf", ".png", ".xlsx"}
BINARY_FOLDERS = {"tile"}
"""Tiles of a log have no suffix: their names are their places in the tree."""


def _is_ours(path: Path) -> bool:
    *folders, name = path.relative_to(ROOT).parts
    hidden = (part.startswith(".") and part not in KEPT_DOT_FOLDERS for part in folders)
    return not any(hidden) and not MADE_BY_RUNNING.intersection(folders) and name != ".git"


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the repository.  Walks the tree, because an exported tree has no git."""
    tops = [top for top in ROOT.iterdir() if top.name not in {".git", ".venv"}]
    found = [path for top in tops for path in (top.rglob("*") if top.is_dir() else [top])]
    return tuple(sorted(path for path in found if path.is_file() and _is_ours(path)))


def texts() -> Iterator[tuple[str, str]]:
    """(path from the root, content) of every text file."""
    for path in files():
        if path.suffix not in BINARY_SUFFIXES and BINARY_FOLDERS.isdisjoint(path.parts):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def python_files(*tops: str) -> list[Path]:
    """The Python files below these folders of the root."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in tops]


@cache
def syntax(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    """The path from the root, as messages show it."""
    return path.relative_to(ROOT).as_posix()
