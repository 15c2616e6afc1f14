"""What a delivery says: a subject and lines for one person, or for a group chat with names masked. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.custody.happenings import Known
from server.custody.notices.notice import Notice
from server.custody.notices.words import TOPIC_TITLES, Speech, page_of, say_notice
from server.custody.states import KIND_TITLES
from server.documents.masking import mask_person

LINES_MAX = 20
_TO_A_PERSON = Speech()
_TO_A_GROUP = Speech(name=mask_person, thing=lambda item: KIND_TITLES[item.kind])


@dataclass(frozen=True, slots=True)
class Letter:
    """`subject` in a few words, then one line each; `address` is where the pages are, '' where nobody said."""

    subject: str
    lines: tuple[str, ...]
    address: str

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n\n".join((*self.lines, self.closing)) + "\n"

    @property
    def markdown(self) -> str:
        """All of it as the little markdown that WeCom and DingTalk share."""
        return "\n\n".join((f"### {self.subject}", *(f"> {_plain(line)}" for line in self.lines), self.closing))

    @property
    def closing(self) -> str:
        """Where to look and act."""
        return f"请到共管办理：{self.address}" if self.address else "请登录共管办理。"


def to_a_person(notices: Sequence[Notice], known: Known, township: str, address: str) -> Letter:
    """Everything of one round for one person, each with the page to look at."""
    lines = [_with_page(say_notice(each, known, _TO_A_PERSON), each, address) for each in notices]
    return Letter(_subject(notices, township), _cut(lines), address)


def to_a_group(notices: Sequence[Notice], known: Known, township: str, address: str) -> Letter:
    """The same for a group chat: surnames only, and no names of papers."""
    lines = [say_notice(each, known, _TO_A_GROUP) for each in notices]
    return Letter(_subject(notices, township), _cut(lines), address)


def _subject(notices: Sequence[Notice], township: str) -> str:
    titles = list(dict.fromkeys(TOPIC_TITLES[each.topic] for each in notices))
    named = "、".join(titles[:3]) + ("等" if len(titles) > 3 else "")
    return f"{township}共管：{named} {len(notices)} 条"


def _cut(lines: Sequence[str]) -> tuple[str, ...]:
    if len(lines) <= LINES_MAX:
        return tuple(lines)
    return (*lines[:LINES_MAX], f"还有 {len(lines) - LINES_MAX} 条，请登录共管看。")


def _with_page(sentence: str, notice: Notice, address: str) -> str:
    return f"{sentence}\n{address.rstrip('/')}{page_of(notice)}" if address else sentence


def _plain(line: str) -> str:
    """A line that markdown cannot mistake for links, mentions or emphasis."""
    return "".join(_ESCAPED.get(char, char) for char in line)


_ESCAPED = {"[": "〔", "]": "〕", "*": "＊", "_": "＿", "`": "'", "<": "〈", ">": "〉", "@": "＠", "\n": " "}
