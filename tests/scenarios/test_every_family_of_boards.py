"""The main path on every family of boards: one township, one agent, a cabinet of each, and the real processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from bench.processes import HOST, Door, Hall, desk, hall
from bench.township import PASSWORD, Cooperative, Town, furnish
from bench.visitors import AtKiosk, Office
from firmware_protocol.emulators import EmulatedBus
from firmware_protocol.emulators.gongguan_lcp import EmulatedController
from firmware_protocol.emulators.tag_line import EmulatedTagLine
from tests.fixtures.adversary import Adversary, injecting, replaying, swallowing_answers
from tests.fixtures.families import EVERY_FAMILY
from tests.scenarios.accounts import Account, signed_in_as
from tests.scenarios.demo import verify
from tests.scenarios.waiting import until

OURS = "gongguan-lcp"
AT_THE_CABINET = ["opening_intended", "door_opened", "door_closed"]
LIFE = [
    *("checkout_filed", "checkout_endorsed", "checkout_approved", "permit_issued", "permit_received"),
    *(*AT_THE_CABINET, "items_taken", "opening_finished"),
    *(*AT_THE_CABINET, "items_returned", "copies_stated", "opening_finished"),
]
ATTACKS = (injecting(channel=5), swallowing_answers(1))
HEARD_ROUNDS, HEARD_S = 9, 20.0
"""After so many rounds of its reader, a tag has come or gone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An approved request."""

    cooperative: Cooperative
    checkout: str
    permit: str


class Story:
    """People of the township, at their desks and at the one kiosk before all cabinets."""

    def __init__(self, town: Town, cabinets: Hall, office: Office, kiosk: AtKiosk, shelf: "Shelf") -> None:
        self._town, self._cabinets, self._office, self._kiosk = town, cabinets, office, kiosk
        self._shelf = shelf

    def cooperatives(self, family: str) -> list[Cooperative]:
        """Those whose things are in this family's cabinet."""
        cabinet = next(plan.cabinet for plan in self._town.plans if plan.family == family)
        return [each for each in self._town.cooperatives if each.place.startswith(cabinet)]

    def door(self, cooperative: Cooperative) -> Door:
        """The lock before its things."""
        return self._cabinets.doors[cooperative.place]

    def ask(self, cooperative: Cooperative) -> Asked:
        """Its seal is asked for and approved."""
        checkout = self._office.endorsed(cooperative, cooperative.seal)
        return Asked(cooperative, checkout, self._office.permitted(checkout, self._office.reviewer.reads(checkout)))

    def take(self, asked: Asked) -> None:
        """Two people take the seal out."""
        self._walk(asked, "take", None)

    def bring_back(self, asked: Asked) -> None:
        """They bring it back."""
        self._walk(asked, "return", 2)

    def _walk(self, asked: Asked, kind: str, copies: int | None) -> None:
        door, people = self.door(asked.cooperative), (asked.cooperative.accountant, self._town.officer)
        self._kiosk.identify(*people)
        self._kiosk.choose(kind, asked.permit)
        self._kiosk.open()
        self._kiosk.until("moving")
        self._shelf.moves(asked.cooperative, is_in=kind == "return")
        close = partial(door.line.close, door.address, door.channel)
        self._kiosk.finish(asked.cooperative.seal, close, *people, copies=copies)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The compartment of one cooperative, in which a reader hears the tag of its seal."""

    cooperative: Cooperative
    reader: EmulatedTagLine

    @property
    def toml(self) -> str:
        """The reader's part of the agent's configuration."""
        return f'[[reader]]\nname = "r1"\nport = "{self.reader.path}"\ncompartment = "{self.cooperative.place}"\n'

    def moves(self, cooperative: Cooperative, *, is_in: bool) -> None:
        """Somebody's seal is put in or taken out; if it is this one's, the reader has noticed."""
        if cooperative == self.cooperative:
            (self.reader.put if is_in else self.reader.take)([str(cooperative.tag)])
            assert self.reader.wait_for_rounds(HEARD_ROUNDS, HEARD_S)


@contextmanager
def a_shelf_that_hears(town: Town) -> Iterator[Shelf]:
    """A reader where the first seal with a tag is kept that is asked for in this story."""
    tagged = next(each for each in town.cooperatives if each.tag and each.place.endswith("/1"))
    with EmulatedTagLine(town.data / "reader") as reader:
        reader.put([str(tagged.tag)])
        yield Shelf(tagged, reader)


@contextmanager
def everybody_at_work(town: Town, adversary: Adversary) -> Iterator[tuple[Story, Account, Shelf]]:
    """Everything started, the adversary in its cable; who tells, who reads the log, and where tags are heard."""
    with (
        a_shelf_that_hears(town) as shelf,
        desk(town) as server,
        hall(town, server, adversary, shelf.toml) as cabinets,
        Office(town, server.port) as office,
        AtKiosk(cabinets.agent.port) as kiosk,
        signed_in_as(f"http://{HOST}:{server.port}", town.reviewer.phone, PASSWORD) as reviewer,
    ):
        yield Story(town, cabinets, office, kiosk, shelf), reviewer, shelf


def pulses(door: Door) -> dict[int, int]:
    """How often each coil of its board was really energised."""
    locks = door.line.act(lambda bus: bus.boards[door.address].locks)
    return {channel: lock.pulses for channel, lock in locks.items() if lock.pulses}


def told_of(reviewer: Account, asked: Asked) -> list[str]:
    """The events of a checkout that is over, findings and tags aside."""
    until(lambda: reviewer.state_of(asked.checkout) == "returned", "the seal in the server's books")
    return [each for each in reviewer.events_of(asked.checkout) if not each.startswith(("finding_", "tag_"))]


def tags_told(reviewer: Account, item: str) -> list[tuple[str, str]]:
    """What readers told of a thing, oldest first, as its history in the server's log has it."""
    rows = reversed(reviewer.get("/log", item=item)["rows"])
    return [(each["type"], each["about"]["verdict"]) for each in rows if each["type"].startswith("tag_")]


def restart(door: Door) -> None:
    """The power of its board fails for a moment."""

    def cut_power(bus: EmulatedBus) -> None:
        board = bus.boards[door.address]
        assert isinstance(board, EmulatedController)
        board.cut_power(monotonic() * 1000)

    door.line.act(cut_power)


def test_a_seal_goes_out_and_comes_back_on_every_family_of_boards(tmp_path: Path) -> None:
    """First all of them go out, since a lock rests after its pulse. Ours is under attack, one seal before a reader."""
    town = furnish(tmp_path / "township", EVERY_FAMILY)
    adversary = Adversary(town.data / "serial" / OURS, replaying())
    with everybody_at_work(town, adversary) as (story, reviewer, shelf):
        asked = {plan.family: story.ask(story.cooperatives(plan.family)[0]) for plan in town.plans}
        for each in asked.values():
            story.take(each)
        restart(story.door(asked[OURS].cooperative))
        for family, each in asked.items():
            story.bring_back(each)
            assert told_of(reviewer, each) == LIFE, family
            assert pulses(story.door(each.cooperative)) == {1: 2}, family
        assert tags_told(reviewer, shelf.cooperative.seal) == [("tag_went", "taken"), ("tag_came", "returned")]
        for channel, (cooperative, attack) in enumerate(zip(story.cooperatives(OURS)[1:], ATTACKS, strict=True), 2):
            adversary.attack = attack
            story.take(story.ask(cooperative))
            assert pulses(story.door(cooperative)) == {1: 2} | dict.fromkeys(range(2, channel + 1), 1)
    verdict = verify(town.data)
    assert verdict.returncode == 0, verdict.stdout
