"""A machine whose disk remembers the order of everything done to it, and what a power cut leaves of that.

The files are real, and as they are while the power is on. `Life.steps` is what was done to them, `Life.told` what left
the machine meanwhile: an answer, a pulse, a signature. When the power fails nothing is written down any more, and
whoever still runs is thrown out with `cut_short`.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tests.power_cuts.disk import Drop, Image, Move, Platter, Put, Step, Survival, Sync, SyncFolder, Truncate, Write
from tests.simulation.chance import Chance

NOT_ON_DISK = ("-shm",)
"""Memory that SQLite's connections share: no power cut leaves anything of it that counts."""


class PowerFailed(BaseException):
    """The power fails right here. No `except Exception` of the product may survive it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What left the machine when its disk had taken so many steps of a life: from then on it must be true."""

    after: int
    what: Any


@dataclass(frozen=True, slots=True)
class Cut:
    """A power cut after so many steps of a life, and what it leaves."""

    after: int
    survival: Survival
    seed: int


@dataclass(frozen=True, slots=True)
class Life:
    """From one start to the next: what the disk held, what was done, and what was told; `before`: in earlier lives."""

    image: Image
    steps: list[Step]
    told: list[Told]
    before: Sequence[Any]

    def cuts(self, cuts: Iterable[Cut]) -> Iterator[tuple[Cut, Image]]:
        """What the disk holds after each of these cuts, the earliest first."""
        platter, taken = Platter.holding(self.image), 0
        for cut in sorted(cuts, key=lambda each: each.after):
            platter.take(self.steps[taken : cut.after])
            taken = cut.after
            yield cut, platter.cut(cut.survival, Chance(cut.seed))

    def told_by(self, after: int) -> list[Any]:
        """What had been told when so many steps were taken."""
        return [*self.before, *(each.what for each in self.told if each.after <= after)]


def _fail() -> NoReturn:
    raise PowerFailed


class Machine:
    """One machine: its disk is everything below `root`, all of it durable at the beginning.

    `steps_left`: after so many steps more the power fails; None, it does not.
    """

    def __init__(self, root: Path, cut_short: Callable[[], NoReturn] = _fail) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root = root.resolve()
        self.lives: list[Life] = []
        self.steps_left: int | None = None
        self.is_off = False
        self._is_left = False
        self.cut_short = cut_short
        self._files: dict[str, int] = {}
        self._folders: set[str] = set()
        self._begin(())

    @property
    def life(self) -> Life:
        """The one it lives now."""
        return self.lives[-1]

    def tell(self, what: Any) -> None:
        """This leaves the machine now; nothing does without power."""
        self.check()
        self.life.told.append(Told(len(self.life.steps), what))

    def check(self) -> None:
        """Throw out whoever still runs though the power has failed."""
        if self.is_off and not self._is_left:
            self.cut_short()

    @contextmanager
    def outage(self, survival: Survival, seed: int) -> Iterator[None]:
        """The power is off while the block runs, which writes nothing; after it the disk is what the cut left."""
        self.is_off, self.steps_left, self._is_left = True, None, True
        yield
        now = len(self.life.steps)
        [(_, image)] = self.life.cuts([Cut(now, survival, seed)])
        lay_out(self.root, image)
        self._begin(self.life.told_by(now))
        self.is_off = self._is_left = False

    # What SQLite does. A file keeps its number under every name.

    def file(self, path: Path) -> int:
        """The number of a file; one that was not known is new."""
        name = self._name(path)
        if name not in self._files:
            self._files[name] = self._count
            self._count += 1
            self.take(Put(name, self._files[name]))
        return self._files[name]

    def take(self, step: Step) -> None:
        """One step more."""
        if self.is_off:
            return
        self.life.steps.append(step)
        if self.steps_left is not None:
            self.steps_left -= 1
            self.is_off = self.steps_left <= 0

    def sync_folder(self, folder: Path) -> None:
        """The names in a folder are durable."""
        self.take(SyncFolder(self._name(folder)))

    # What others do, through `os`.

    def synced(self, path: Path) -> None:
        """A file, with what was written into it, or a folder was synced."""
        if path.is_dir():
            self.sync_folder(path)
        else:
            self.take(Sync(self._observed(path)))

    def moved(self, source: Path, target: Path) -> None:
        """A file, or a folder with all that is in it, has taken this name."""
        before, after = self._name(source), self._name(target)
        if target.is_dir():
            self._folders = {_moved(each, before, after) for each in self._folders}
            self._files = {_moved(each, before, after): file for each, file in self._files.items()}
        else:
            self._files[after] = self._observed(target, before)
            del self._files[before]
        self.take(Move(before, after))

    def made(self, folder: Path) -> None:
        """A folder was made."""
        self._folders.add(self._name(folder))
        self.take(Put(self._name(folder), None))

    def dropped(self, path: Path) -> None:
        """A file or a folder was removed; one that was never known of is nothing."""
        name = self._name(path)
        if name in self._folders or name in self._files:
            self._folders.discard(name)
            self._files.pop(name, None)
            self.take(Drop(name))

    def _observed(self, path: Path, name: str = "") -> int:
        """The number of the file at this path, known by this name, after what was written into it."""
        file, content = self.file(self.root / name if name else path), path.read_bytes()
        before = self._contents.get(file, b"")
        if content != before:
            if before:
                self.take(Truncate(file, 0))
            self.take(Write(file, 0, content))
            self._contents[file] = content
        return file

    def _begin(self, before: Sequence[Any]) -> None:
        image = image_of(self.root)
        held = Platter.holding(image)
        self._files = {path: file for path, file in held.names.items() if file is not None}
        self._folders = {path for path, file in held.names.items() if file is None}
        self._contents = dict(held.contents)
        self._count = len(held.contents)
        self.lives.append(Life(image, [], [], before))

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root))


def _moved(path: str, before: str, after: str) -> str:
    return after + path.removeprefix(before) if path == before or path.startswith(f"{before}/") else path


def image_of(root: Path) -> Image:
    """Everything below a folder that a power cut could leave."""
    paths = [path for path in sorted(root.rglob("*")) if not path.name.endswith(NOT_ON_DISK)]
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in paths}


def lay_out(root: Path, image: Image) -> None:
    """Make a folder hold just this."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name, content in sorted(image.items(), key=lambda each: len(Path(each[0]).parts)):
        if content is None:
            (root / name).mkdir()
        else:
            (root / name).touch(0o600)  # what a file may be read by is not of this world, and keys have to be private
            (root / name).write_bytes(content)
