"""What an agent does with its journal while a call fails: it burns before it opens, records, keeps acknowledgements."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from device_agent.custodian.decisions import Pulse
from device_agent.custodian.inputs import DoorSeen
from device_agent.custodian.state import Ready, Refusal
from device_agent.journal import CHECKPOINT_BYTES, Journal, open_journal
from device_agent.photos import Album
from tests.device_agent.hall import AGENT, AGENT_SIGNER, ack
from tests.device_agent.stormy_kiosk import PERMIT, Kiosk, take_and_bring_back
from tests.faults.deed import Deed, Said, Say, words

FORCED = "CAB-01/9"
LATER_OPENINGS = 1000
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40 + b"\xff\xd9"


def _silent(_kind: str, _what: object) -> None:
    """Nobody is told."""


@dataclass
class HeardKiosk(Kiosk):
    """A kiosk on the usual disk, whose pulses are told at once to whoever counts them."""

    say: Say = _silent

    def open_journal(self) -> Journal:
        return open_journal(self.folder, AGENT, 1, AGENT_SIGNER)

    def _pulse(self, pulse: Pulse) -> None:
        self.say("pulse", f"{pulse.burn.permit} {pulse.burn.kind} {pulse.burn.number}")
        super()._pulse(pulse)


def _lay_out(folder: Path) -> None:
    kiosk = HeardKiosk(folder)
    kiosk.prepare()
    kiosk.agent.close()


def _started(folder: Path, say: Say = _silent) -> HeardKiosk:
    kiosk = HeardKiosk(folder, say=say)
    kiosk.agent.start()
    kiosk.agent.acknowledge(ack(), 0)
    return kiosk


def _burn(folder: Path, say: Say) -> Callable[[], None]:
    """The last touch: the burn is durable, then the lock is told to open."""
    kiosk = _started(folder, say)
    kiosk.identify()
    kiosk.choose(("take",))
    assert isinstance(kiosk.agent.custody.stage, Ready)

    def do() -> None:
        kiosk.open()
        kiosk.agent.tick()
        say("stage", type(kiosk.agent.custody.stage).__name__)
        say("fault", kiosk.agent.fault or "")

    return do


def _look_at_burns(folder: Path, said: Said) -> None:
    pulses = words(said, "pulse")
    assert pulses or words(said, "stage") == [Refusal.__name__], "people were refused, and told why"
    assert words(said, "fault") == [""], "one failure is mended by opening the journal anew"
    kiosk = HeardKiosk(folder, say=lambda _kind, what: pulses.append(str(what)))
    kiosk.openings = LATER_OPENINGS
    assert kiosk.types().count("opening_intended") >= len(pulses), "a pulse is in the journal before it happens"
    kiosk.agent.start()
    kiosk.agent.acknowledge(ack(), 0)
    take_and_bring_back(kiosk)
    assert len(set(pulses)) == len(pulses), "no pulse happens twice"
    assert kiosk.agent.custody.memory.holdings[PERMIT.id].out == ()
    kiosk.agent.close()


def _append(folder: Path, say: Say) -> Callable[[], None]:
    """A door springs open by itself: an entry, however often it takes to write it."""
    kiosk = _started(folder)

    def do() -> None:
        kiosk.do(DoorSeen(FORCED, is_open=True))
        kiosk.agent.tick()
        say("journal ends at", kiosk.agent.last_seq)
        say("fault", kiosk.agent.fault or "")

    return do


def _look_at_entries(folder: Path, said: Said) -> None:
    assert words(said, "fault") == [""]
    kiosk = HeardKiosk(folder)
    assert kiosk.agent.last_seq >= int(words(said, "journal ends at")[0]), "what went out stays"
    assert [entry.type for entry in kiosk.log() if entry.about.get("compartment") == FORCED] == ["door_forced"]
    kiosk.agent.close()


def _acknowledge(folder: Path, say: Say) -> Callable[[], None]:
    """The server has it: kept when nobody waits, and the write-ahead log is folded into the file."""
    kiosk = _started(folder)
    while (folder / "journal.sqlite-wal").stat().st_size <= CHECKPOINT_BYTES + 8 * 4096:
        kiosk.do(DoorSeen(FORCED, is_open=True), DoorSeen(FORCED, is_open=False))

    def do() -> None:
        kiosk.agent.acknowledge(ack(kiosk.agent.last_seq), 0)
        say("journal ends at", kiosk.agent.last_seq)
        kiosk.agent.tick()
        kiosk.agent.tick()
        say("fault", kiosk.agent.fault or "")

    return do


def _look_at_marks(folder: Path, said: Said) -> None:
    assert words(said, "fault") == [""]
    kiosk = HeardKiosk(folder)
    last = int(words(said, "journal ends at")[0])
    assert kiosk.agent.last_seq >= last
    assert kiosk.agent.acked_seq <= last
    kiosk.agent.acknowledge(ack(last), 0)
    assert kiosk.agent.acked_seq == last
    kiosk.agent.close()


def _no_photos(folder: Path) -> None:
    folder.mkdir()


def _photograph(folder: Path, say: Say) -> Callable[[], None]:
    """A photo is taken, and again where that failed; the entry about it comes after."""
    album = Album(folder / "photos")

    def do() -> None:
        for _ in range(2):
            try:
                photo = album.keep(PHOTO)
            except OSError as error:
                say("failed", type(error).__name__)
            else:
                assert photo is not None
                say("kept", photo.sha256)
                return

    return do


def _look_at_photos(folder: Path, said: Said) -> None:
    assert words(said, "kept")
    assert all(Album(folder / "photos").read(sha256) == PHOTO for sha256 in words(said, "kept"))
    assert [path.suffix for path in (folder / "photos").iterdir()] == [".jpg"], "nothing half-done remains"


DEEDS = {
    "an agent keeps a photo": Deed(_no_photos, _photograph, _look_at_photos),
    "an agent burns and opens": Deed(_lay_out, _burn, _look_at_burns),
    "an agent records": Deed(_lay_out, _append, _look_at_entries),
    "an agent keeps an acknowledgement": Deed(_lay_out, _acknowledge, _look_at_marks),
}
