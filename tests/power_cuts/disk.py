"""What a disk holds after a power cut: all that was synced, and of the rest whatever it likes.

A file's content is durable once the file is synced, a name once its folder is: nothing else is promised, and nothing
else is kept unless chance has it. Of what waits, a cut may leave nothing, everything, some of the writes, or some of
their 512-byte sectors; the names in one folder change in their order, as a journal has them, as far as they came.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal, get_args

from tests.simulation.chance import Chance

SECTOR_BYTES = 512
Survival = Literal["nothing", "everything", "some", "torn"]
"""What a cut leaves of the writes that were not synced."""
SURVIVALS: tuple[Survival, ...] = get_args(Survival)
Image = Mapping[str, bytes | None]
"""The files of a disk by their path below its root; a folder has None."""


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place in a file."""

    file: int
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file of another length."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """A file's content is durable."""

    file: int


@dataclass(frozen=True, slots=True)
class Put:
    """A new name; of a folder where there is no file."""

    path: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """A file or a folder of another name in the same folder, in the place of what had it."""

    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A name that is no more."""

    path: str


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """The names in a folder are durable."""

    folder: str


Naming = Put | Move | Drop
Step = Write | Truncate | Sync | Naming | SyncFolder


@dataclass
class Platter:
    """A disk while it works: what is durable, and what waits to be."""

    contents: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, int | None] = field(default_factory=dict)
    unwritten: dict[int, list[Write | Truncate]] = field(default_factory=dict)
    unnamed: dict[str, list[Naming]] = field(default_factory=dict)

    @classmethod
    def holding(cls, image: Image) -> "Platter":
        """A disk with these files, numbered from 0 in their order, all of it durable."""
        files = [path for path, content in image.items() if content is not None]
        names = {path: None if content is None else files.index(path) for path, content in image.items()}
        return cls(dict(enumerate(content for content in image.values() if content is not None)), names)

    def take(self, steps: Iterable[Step]) -> None:
        """Go on with these steps, in order."""
        for step in steps:
            match step:
                case Write() | Truncate():
                    self.unwritten.setdefault(step.file, []).append(step)
                case Sync(file):
                    self.contents[file] = _written(self.contents.get(file, b""), self.unwritten.pop(file, []))
                case SyncFolder(folder):
                    _name(self.names, self.unnamed.pop(folder, []))
                case _:
                    self.unnamed.setdefault(_folder_of(step.path), []).append(step)

    def cut(self, survival: Survival, chance: Chance) -> dict[str, bytes | None]:
        """The files that are there after a power cut right now; the disk itself does not change."""
        names = dict(self.names)
        for waiting in self.unnamed.values():
            _name(names, waiting[: _HOW_MANY[survival](len(waiting), chance)])
        return {path: self._left_of(file, survival, chance) for path, file in names.items() if _is_reached(path, names)}

    def _left_of(self, file: int | None, survival: Survival, chance: Chance) -> bytes | None:
        if file is None:
            return None
        kept = [part for each in self.unwritten.get(file, ()) for part in _KEPT[survival](each, chance)]
        return _written(self.contents.get(file, b""), kept)


def _written(content: bytes, changes: Sequence[Write | Truncate]) -> bytes:
    if not changes:
        return content
    fresh = bytearray(content)
    for change in changes:
        end = change.offset if isinstance(change, Write) else change.size
        fresh.extend(bytes(max(0, end - len(fresh))))
        if isinstance(change, Write):
            fresh[change.offset : change.offset + len(change.content)] = change.content
        else:
            del fresh[change.size :]
    return bytes(fresh)


def _name(names: dict[str, int | None], changes: Iterable[Naming]) -> None:
    for change in changes:
        match change:
            case Put(path, file):
                names[path] = file
            case Move(source, path) if source in names:
                names[path] = names.pop(source)
                for inside in [each for each in names if each.startswith(f"{source}/")]:
                    names[path + inside.removeprefix(source)] = names.pop(inside)
            case Drop(path):
                names.pop(path, None)


def _is_reached(path: str, names: Mapping[str, int | None]) -> bool:
    """A file whose folder is lost is lost with it."""
    return all(folder in names for folder in map(str, PurePosixPath(path).parents) if folder != ".")


def _folder_of(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _sectors(change: Write | Truncate, chance: Chance) -> list[Write | Truncate]:
    """Some sectors of a write; a new length is one thing."""
    if isinstance(change, Truncate):
        return _one_or_none(change, chance)
    ends = [0, *range(SECTOR_BYTES - change.offset % SECTOR_BYTES, len(change.content), SECTOR_BYTES)]
    parts = zip(ends, [*ends[1:], len(change.content)], strict=True)
    return [
        Write(change.file, change.offset + start, change.content[start:end])
        for start, end in parts
        if chance.random() < 0.5
    ]


def _one_or_none(change: Write | Truncate, chance: Chance) -> list[Write | Truncate]:
    return [change] if chance.random() < 0.5 else []


_KEPT: Mapping[Survival, Callable[[Write | Truncate, Chance], list[Write | Truncate]]] = {
    "nothing": lambda _change, _chance: [],
    "everything": lambda change, _chance: [change],
    "some": _one_or_none,
    "torn": _sectors,
}
_HOW_MANY: Mapping[Survival, Callable[[int, Chance], int]] = {
    "nothing": lambda _count, _chance: 0,
    "everything": lambda count, _chance: count,
    "some": lambda count, chance: chance.randint(0, count),
    "torn": lambda count, chance: chance.randint(0, count),
}
