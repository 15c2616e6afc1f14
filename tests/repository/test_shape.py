"""House rules about size and names, each with its reason; an exception is a line in a table here that says why."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repository.sources import EVERYTHING, PRODUCT, name_of, python_files, syntax

FILE_LINES_MAX = 300
LONG_FILES: dict[str, str] = {
    "server/operate/verify_log.py": "one file that an auditor copies to any computer",
    "tests/device_agent/custodian/test_any_order.py": "one state machine: its rules and invariants share one hall",
}

FUNCTION_LINES_MAX = 30
"""From `def` to the last line, the docstring not counted: what a reader has to hold in mind at once."""
LONG_FUNCTIONS: dict[str, str] = {
    "device_agent/kiosk/application.py::create_application": "six doors to one kiosk, two lines each, their table",
    "firmware_protocol/boards/kerong_cu48.py::requests": "a table of five forms, for two boards with other codes",
    "server/wiring.py::serving": "the one place where the parts of a running server meet, in the order they start",
}

NAMES_THAT_SAY_NOTHING = {"common", "data", "helper", "helpers", "info", "manager", "misc", "util", "utils"}

ANOTHER_WORD = {
    "borrow": "checkout",
    "drawer": "compartment",
    "loan": "checkout",
    "locker": "compartment",
    "slot": "compartment",
    "stamp": "seal (the thing) or timestamp (the time)",
}
"""One thing has one name; docs/glossary.md has them all."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(path: Path) -> Iterator[tuple[str, Function]]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, Function):
            yield f"{name_of(path)}::{node.name}", node


def _lines(function: Function) -> int:
    first, last = function.lineno, function.end_lineno or function.lineno
    head = function.body[0]
    is_docstring = ast.get_docstring(function) is not None
    docstring = (head.end_lineno or head.lineno) - head.lineno + 1 if is_docstring else 0
    return last - first + 1 - docstring


def _assert_within(lengths: dict[str, int], limit: int, excused: dict[str, str]) -> None:
    too_long = {name: length for name, length in lengths.items() if length > limit}
    assert too_long.keys() - excused.keys() == set(), f"longer than {limit} lines: {too_long}"
    assert excused.keys() - too_long.keys() == set(), "excused, but short enough by now"


def test_files_are_short() -> None:
    lengths = {name_of(path): path.read_text("utf-8").count("\n") for path in python_files(*EVERYTHING)}
    _assert_within(lengths, FILE_LINES_MAX, LONG_FILES)


def test_functions_are_short() -> None:
    lengths = {name: _lines(node) for path in python_files(*PRODUCT) for name, node in _functions(path)}
    _assert_within(lengths, FUNCTION_LINES_MAX, LONG_FUNCTIONS)


def test_no_module_has_a_name_that_says_nothing() -> None:
    modules = {name_of(path) for path in python_files(*EVERYTHING)}
    assert {path for path in modules if NAMES_THAT_SAY_NOTHING & set(re.split(r"[/_.]", path))} == set()


def defined_names(path: Path) -> Iterator[str]:
    """The names a file gives to functions, classes, arguments and variables."""
    for node in ast.walk(syntax(path)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) if name != "__slots__":
                yield name


def words_of(name: str) -> set[str]:
    """The words a name is made of: lower-case, singular."""
    return {word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def test_names_use_the_words_of_the_glossary() -> None:
    wrong = [
        f"{name_of(path)}: {name} ({word}: say {ANOTHER_WORD[word]})"
        for path in python_files(*PRODUCT)
        for name in defined_names(path)
        for word in words_of(name) & ANOTHER_WORD.keys()
    ]
    assert wrong == []
