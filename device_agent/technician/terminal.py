"""What the technician sees and types: a plain terminal, 80 columns, over ssh as well."""

import getpass
import sys

from device_agent.commissioning.columns import width_of

COLUMNS = 78
UNREADABLE = "这里面有认不出的字。请用键盘上的字母、数字和汉字再写一遍；终端的编码要设成 UTF-8。"


class Left(Exception):
    """The technician leaves, or the terminal is gone."""


class Terminal:
    """Lines out, answers in."""

    def show(self, text: str) -> None:
        """Print a paragraph, broken into lines that fit."""
        self._write("\n".join(broken for line in text.split("\n") for broken in lines_of(line)) + "\n")

    def tick(self, text: str) -> None:
        """Say what goes on, in place of what was said last."""
        if sys.stdout.isatty():
            self._write(f"\r\x1b[K{text}")

    def ask(self, text: str, *, is_secret: bool = False) -> str:
        """Show a question and take the answer, blanks around it aside; raises `Left` when there is none.

        Arrow keys and bytes of another encoding are no answer: it is asked again, for Enter alone means something.
        """
        self.show(f"\n{text}")
        while (answer := self._take(is_secret=is_secret)) is None:
            self.show(UNREADABLE)
        if answer in {"q", "Q"}:
            raise Left
        return answer

    def _take(self, *, is_secret: bool) -> str | None:
        try:
            answer = (getpass.getpass("> ") if is_secret else input("> ")).strip()
        except (EOFError, KeyboardInterrupt):
            raise Left from None
        except UnicodeDecodeError:
            return None
        return answer if answer.isprintable() else None

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def lines_of(line: str) -> list[str]:
    """The line in pieces of `COLUMNS` at most; what goes on is indented as the line was."""
    indent = " " * (len(line) - len(line.lstrip()))
    lines, left = [], line
    while width_of(left) > COLUMNS:
        end = _break_at(left, len(indent))
        lines.append(left[:end].rstrip())
        left = indent + left[end:].lstrip()
    return [*lines, left]


def _break_at(text: str, indent: int) -> int:
    """Where to break: not inside a word or before a mark that ends something."""
    width, end = 0, 0
    for at, letter in enumerate(text):
        width += width_of(letter)
        if width > COLUMNS:
            break
        is_after_latin = at > 0 and text[at - 1].isascii() and not text[at - 1].isspace()
        if not (letter.isascii() and is_after_latin and not letter.isspace()) and letter not in "，。；：、？！）”/":
            end = at
    return end if end > indent else COLUMNS // 2
