"""How people want to hear of things: everybody in the inbox, and by mail as much as they wish."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.custody.refusals import Refused

ADDRESS_CHARACTERS_MAX = 254
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*")


class Wish(StrEnum):
    """What somebody wants by mail."""

    ALL = "all"
    URGENT = "urgent"
    NOTHING = "nothing"


WISH_TITLES: Mapping[Wish, str] = {
    Wish.ALL: "所有通知",
    Wish.URGENT: "只要催办和预警",
    Wish.NOTHING: "不发邮件",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person's own choice. `email` is '' where they left none."""

    person: str
    email: str = ""
    wish: Wish = Wish.ALL

    def wants(self, *, is_urgent: bool) -> bool:
        """Whether something as pressing as this goes out by mail."""
        return bool(self.email) and (self.wish is Wish.ALL or (self.wish is Wish.URGENT and is_urgent))


def refuse_contact(contact: Contact) -> Refused | None:
    """Why this choice cannot be kept, or None."""
    is_address = len(contact.email) <= ADDRESS_CHARACTERS_MAX and _ADDRESS.fullmatch(contact.email) is not None
    if contact.email and not is_address:
        return Refused("email_shape", "邮箱写成 name@example.cn 这样，只用英文字母、数字和常见符号。")
    if not contact.email and contact.wish is not Wish.NOTHING:
        return Refused("email_missing", "要收邮件请写上邮箱；不收就选“不发邮件”。")
    return None


def masked_address(email: str) -> str:
    """As much of an address as others need to recognise it: `l***@example.cn`."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}" if email else ""
