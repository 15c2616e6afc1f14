"""Whatever keeps a file: after a power cut at any place it is there whole, or as it was before, and there once told."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from device_agent.journal import open_journal
from device_agent.photos import Album
from device_agent.technician.settings_file import write_settings
from server.certificates.authority import new_authority
from server.certificates.folder import CertificateFolder, NoCertificate
from server.custody.notices.messengers import Messengers
from server.operate.verify import verify
from server.store.durable_files import write_durably
from server.store.folder import DataFolder
from server.store.keys import KeysMissing, load_keys, save_keys
from server.store.messenger_file import MessengerFile
from server.store.uploads import Uploads
from server.township import found, is_founded
from server.witness.folder import NoWitness, WitnessFolder, WitnessSettings
from server.witness.memory import MemoryLost
from server.witness.program import opened
from tests.power_cuts.disk import Image, Move, Survival
from tests.power_cuts.machine import Cut, Machine, image_of, lay_out
from tests.power_cuts.powered import powered
from tests.server.town import KEYS, MONDAY

WAYS: tuple[tuple[Survival, int], ...] = (("nothing", 0), ("everything", 0), ("some", 1), ("torn", 2), ("torn", 3))
JPEG = b"\xff\xd8\xff" + bytes(2000) + b"\xff\xd9"
TEXT = b"".join(b"%d\n" % number for number in range(400))
PHOTO = hashlib.sha256(JPEG).hexdigest()
SEEDS = bytes(range(32)), bytes(range(1, 33))
CERTIFIED = new_authority("清溪镇", ["127.0.0.1"], MONDAY)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Something that keeps a file below a folder. `look` says what is there, and raises where that is not whole."""

    keep: Callable[[Path], object]
    look: Callable[[Path], object]
    before: Callable[[Path], object] = lambda _root: None


def _keep_upload(root: Path) -> None:
    with Uploads(root).arriving() as arrival:
        arrival.write(TEXT)
        arrival.keep()


def _look_for_uploads(root: Path) -> int:
    kept = [path.name for path in root.iterdir() if not path.name.startswith("arriving-")]
    for name in kept:
        Uploads(root).opened(name).close()
    return len(kept)


def _look_for_keys(root: Path) -> bool:
    """The keys, or the room to make them."""
    try:
        return load_keys(root / "keys") is not None
    except KeysMissing:
        save_keys(root / "keys", KEYS, *SEEDS)
        return load_keys(root / "keys") is None


def _open_journal(root: Path) -> int:
    with open_journal(root / "agents" / "hall-1", "hall-1", 1, KEYS.permit) as journal:
        return journal.begin_session()


def _look_for_certificate(root: Path) -> bool:
    try:
        return bool(CertificateFolder(root / "tls").load("server"))
    except NoCertificate:
        return False


def _look_for_witness(root: Path) -> bool:
    """A witness, or nothing that could pass for one."""
    try:
        with opened(root / "witness"):
            return True
    except (NoWitness, KeysMissing, MemoryLost):
        return False


def _read(root: Path) -> bytes | None:
    path = root / "tile" / "0" / "x001"
    return path.read_bytes() if path.exists() else None


WITNESS = WitnessSettings(KEYS.log.verifier.vkey, "http://127.0.0.1")
KEEPERS = {
    "a tile of the log, with the folders on its way": Keeper(
        lambda root: write_durably(root / "tile" / "0" / "x001", TEXT), _read
    ),
    "a tile in the place of another": Keeper(
        lambda root: write_durably(root / "tile" / "0" / "x001", TEXT),
        _read,
        lambda root: write_durably(root / "tile" / "0" / "x001", TEXT[::-1]),
    ),
    "a document that was handed in": Keeper(_keep_upload, _look_for_uploads),
    "a photo of the kiosk": Keeper(
        lambda root: Album(root / "photos").keep(JPEG), lambda root: Album(root / "photos").read(PHOTO)
    ),
    "the agent's journal": Keeper(_open_journal, _open_journal),
    "the agent's settings": Keeper(
        lambda root: write_settings(root / "agent.toml", TEXT.decode(), "now"),
        lambda root: (root / "agent.toml").read_bytes(),
        lambda root: (root / "agent.toml").write_bytes(TEXT[::-1]),
    ),
    "the server's keys": Keeper(lambda root: save_keys(root / "keys", KEYS, *SEEDS), _look_for_keys),
    "the ways out": Keeper(
        lambda root: MessengerFile(root / "messengers.json").save(Messengers(address="http://127.0.0.1")),
        lambda root: MessengerFile(root / "messengers.json").load(),
    ),
    "a certificate": Keeper(
        lambda root: CertificateFolder(root / "tls").save("server", CERTIFIED), _look_for_certificate
    ),
    "a witness": Keeper(
        lambda root: WitnessFolder(root / "witness").begin(KEYS.log, SEEDS[1], WITNESS), _look_for_witness
    ),
}


@pytest.mark.parametrize("keeper", KEEPERS.values(), ids=KEEPERS)
def test_after_a_power_cut_a_file_is_there_whole_or_as_it_was_before(
    keeper: Keeper, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    cuts, wrong = _cut_everywhere(keeper, tmp_path)
    record_property("power cuts while a file is kept", cuts)
    assert wrong == []


def test_a_township_whose_founding_was_cut_short_is_founded_all_the_same(tmp_path: Path) -> None:
    machine, folder = Machine(tmp_path / "machine"), DataFolder(tmp_path / "after" / "data")
    with powered(machine):
        found(machine.root / "data", "清溪镇")
    finished = len(machine.life.steps)
    keys = machine.life.steps.index(Move("data/keys.new", "data/keys"))
    cuts = [*range(keys, keys + 4), finished // 2, finished - 1, finished]
    for cut, image in machine.life.cuts([Cut(after, "torn", seed) for seed, after in enumerate(cuts)]):
        lay_out(tmp_path / "after", image)
        assert is_founded(folder.path) or cut.after < finished
        found(folder.path, "清溪镇")
        assert verify(folder).wrong is None, cut


@pytest.mark.parametrize("name", [name for name in KEEPERS if name != "the agent's settings"])
def test_a_name_that_is_not_synced_is_found(name: str, tmp_path: Path) -> None:
    with patch.object(Machine, "sync_folder", lambda *_folder: None):
        _, wrong = _cut_everywhere(KEEPERS[name], tmp_path)
    assert wrong


def _cut_everywhere(keeper: Keeper, folder: Path) -> tuple[int, list[str]]:
    """How many cuts, and after which of them something else was there than should be."""
    machine = Machine(folder / "machine")
    keeper.before(machine.root)
    machine = Machine(folder / "machine")
    with powered(machine):
        keeper.keep(machine.root)
    expected = _after(machine.life.image, keeper, folder), _after(image_of(machine.root), keeper, folder)
    assert expected[0] != expected[1]
    finished = len(machine.life.steps)
    cuts = [Cut(after, survival, seed) for after in range(finished + 1) for survival, seed in WAYS]
    return len(cuts), [
        f"{cut}: {found!r:.80}"
        for cut, image in machine.life.cuts(cuts)
        if (found := _after(image, keeper, folder)) not in expected[cut.after == finished :]
    ]


def _after(image: Image, keeper: Keeper, folder: Path) -> object:
    lay_out(folder / "after", image)
    try:
        return keeper.look(folder / "after")
    except Exception as error:  # noqa: BLE001 - whatever is not whole is what is looked for
        return error
