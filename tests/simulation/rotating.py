"""`rotate-key` at the server, step by step as `server.operate.rotating` does it; the power may fail at any of them."""

from contextlib import suppress

from firmware_protocol.notes import Signer
from server.store.gap import OutOfTurn
from server.store.keys import SEED_BYTES, prepare_next
from server.township import settle
from server.usecases.issue_roster import renew_rosters
from server.usecases.rotate_key import KeyRole, RotateKey, end_overlaps, rotate_key
from server.usecases.sign_in import CheckedClaim
from tests.simulation.chance import Chance
from tests.simulation.server import Server
from tests.simulation.timeline import Timeline


class Rotating:
    """Two administrators at the server's machine, their passwords compared already."""

    def __init__(
        self, timeline: Timeline, server: Server, two: tuple[CheckedClaim, CheckedClaim], chance: Chance
    ) -> None:
        self._timeline, self._server, self._two, self._chance = timeline, server, two, chance

    def rotate(self, role: KeyRole, overlap_days: int, points_left: int | None) -> None:
        """The server stands still, gives this key a successor, and is left standing still. May raise `PowerCut`."""
        server = self._server
        life = server.begin_alone(points_left)
        seed = self._chance.randbytes(SEED_BYTES)
        new = Signer(getattr(server.keys, role).name, seed)
        server.every_key.append(new)
        prepare_next(server.disk.data.key_folder, role, new, seed)
        self._timeline.point(life, "after a key is prepared")
        with suppress(OutOfTurn):  # while a gap is open no key changes
            answer = server.do(rotate_key, RotateKey(role, new, *self._two, overlap_days))
            self._timeline.note(f"server: rotate-key {role}, {overlap_days} days: {type(answer).__name__}")
            self._publish_and_settle()
            self._begin()
        server.end_alone()

    def _begin(self) -> None:
        """The second half of the command, which opens the data anew."""
        server = self._server
        self._timeline.point(server.life, "before the new key signs")
        server.open()
        server.do(renew_rosters, None)
        server.do(end_overlaps, None)
        self._publish_and_settle()

    def _publish_and_settle(self) -> None:
        self._server.publisher.follow()
        self._timeline.point(self._server.life, "before the keys are settled")
        settle(self._server.disk.data, self._server.database)
