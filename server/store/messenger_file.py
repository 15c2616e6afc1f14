"""The file with the ways out of the house: `messengers.json`, readable by the server's account alone.

It holds passwords and webhooks, which is why they stand neither in the database nor in the log.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from server.custody.notices.deliveries import Channel
from server.custody.notices.messengers import MailServer, Messengers, Robot, Room, Security
from server.store.durable_files import write_durably


@dataclass(frozen=True, slots=True)
class MessengerFile:
    """Where it lies. Written whole or not at all, and durable before `save` returns."""

    path: Path

    def load(self) -> Messengers:
        """What was set up; nothing where there is no file. Raises `ValueError` for a file that is damaged."""
        try:
            written = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return Messengers()
        try:
            return _messengers(written)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{self.path.name} is damaged: {type(error).__name__}") from error

    def save(self, messengers: Messengers) -> None:
        """Put this in the place of what was set up before."""
        written = json.dumps(asdict(messengers), ensure_ascii=False, indent=1)
        write_durably(self.path, written.encode(), 0o600)


def _messengers(written: dict[str, Any]) -> Messengers:
    mail = written["mail"]
    return Messengers(
        mail=None if mail is None else MailServer(**{**mail, "security": Security(mail["security"])}),
        robots=tuple(
            Robot(**{**each, "channel": Channel(each["channel"]), "room": Room(each["room"])})
            for each in written["robots"]
        ),
        address=written["address"],
    )
