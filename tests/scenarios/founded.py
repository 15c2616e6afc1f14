"""A township that was founded already: roster in, things counted in, people with passwords and PINs."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from server.demo.cast import Player
from server.demo.township import demo_roster, prepare
from server.township import now
from tests.scenarios.people import Cast


@dataclass(frozen=True, slots=True)
class Founded:
    """The data folder of a township that nobody serves, and its people. To be copied, never used."""

    data: Path
    cast: Cast

    def copy_to(self, folder: Path) -> Path:
        """A data folder of one's own."""
        return Path(shutil.copytree(self.data, folder / "data"))


def found_once(folder: Path) -> Founded:
    """Found it in this folder, unless another test process has done so or is about to."""
    data, people = folder / "data", folder / "people.json"
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        if not people.exists():
            players = prepare(data, demo_roster(now()))
            people.write_text(json.dumps([astuple(player) for player in players]), encoding="utf-8")
    return Founded(data, Cast(*(Player(*fields) for fields in json.loads(people.read_text(encoding="utf-8")))))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
