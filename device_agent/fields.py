"""Reading a parsed TOML or JSON table field by field, with errors a technician can act on.

Every reader names the field it wants, says what is expected when something else is there, and remembers what was read,
so that `finish` points at a misspelt field instead of ignoring it.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any


class FieldError(Exception):
    """A field is missing, superfluous or not what is expected; the message is a Chinese sentence."""


class Fields:
    """One table that is being read. Every reading method raises `FieldError` when the field is not as asked."""

    __slots__ = ("_read", "_table", "_where")

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        """Take the parsed table and the name of its place for messages, empty for a file's outermost table."""
        self._table = table
        self._where = where
        self._read: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether the field is there at all."""
        return name in self._table

    def text(self, name: str) -> str:
        """A string that is not empty."""
        value = self._value(name)
        if not isinstance(value, str) or not value.strip():
            raise self._unexpected(name, "一段文字", value)
        return value

    def word(self, name: str, form: re.Pattern[str], expected: str) -> str:
        """A string of the given form; `expected` says the form in words."""
        value = self.text(name)
        if form.fullmatch(value) is None:
            raise self._unexpected(name, expected, value)
        return value

    def one_of(self, name: str, words: Collection[str]) -> str:
        """One of these words."""
        value = self.text(name)
        if value not in words:
            raise self._unexpected(name, f"其中之一：{'、'.join(words)}", value)
        return value

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number between `least` and `most`, both included."""
        value = self._value(name)
        if type(value) is not int or not least <= value <= most:
            raise self._unexpected(name, f"{least} 到 {most} 之间的整数", value)
        return value

    def numbers(self, name: str, least: int, most: int) -> tuple[int, ...]:
        """A list of whole numbers between `least` and `most`, both included; at least one."""
        value = self._value(name)
        if not isinstance(value, list) or not value:
            raise self._unexpected(name, "一列整数", value)
        if any(type(each) is not int or not least <= each <= most for each in value):
            raise self._unexpected(name, f"一列 {least} 到 {most} 之间的整数", value)
        return tuple(value)

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false; `default` when the field is not there."""
        value = self._value(name) if self.has(name) else default
        if not isinstance(value, bool):
            raise self._unexpected(name, "true 或 false", value)
        return value

    def table(self, name: str) -> "Fields":
        """The table under this name."""
        value = self._value(name)
        if not isinstance(value, dict):
            raise self._unexpected(name, "一个表", value)
        return Fields(value, self._inside(name))

    def tables(self, name: str) -> tuple["Fields", ...]:
        """The list of tables under this name, at least one."""
        value = self._value(name)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise self._unexpected(name, "一个或多个表", value)
        return tuple(Fields(each, f"{self._inside(name)} 第 {n} 个") for n, each in enumerate(value, start=1))

    def finish(self) -> None:
        """Refuse fields that nobody read: they are misspelt or stand in the wrong place."""
        for name in self._table:
            if name not in self._read:
                raise FieldError(f"{self._where or '文件'} 里有不认识的项“{name}”。请检查拼写，或者删去。")

    def _value(self, name: str) -> object:
        self._read.add(name)
        if name not in self._table:
            raise FieldError(f"{self._where or '文件'} 里缺少“{name}”。")
        return self._table[name]

    def _inside(self, name: str) -> str:
        return f"{self._where} 的 {name}" if self._where else f"[{name}]"

    def _unexpected(self, name: str, expected: str, value: object) -> FieldError:
        return FieldError(f"{self._where or '文件'} 里的“{name}”应为{expected}，现在是 {value!r}。")
