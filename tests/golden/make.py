"""`python -m tests.golden.make`: writes the golden log; see README.md."""

from pathlib import Path

from tests.fixtures.exported_logs import AGENTS, WITNESS, History

HERE = Path(__file__).parent
SIZE = 300
SIZES_ON_THE_WAY = (1, 2, 3, 100, 255, 256, 257, 299)
COSIGNERS = (WITNESS, AGENTS["hall-2"])


def write_golden(folder: Path) -> None:
    """The log and the heads on its way, from keys and times that are constants."""
    history = History.lived(SIZE)
    history.write(folder / "log", witnesses=COSIGNERS)
    (folder / "heads").mkdir(parents=True, exist_ok=True)
    for size in SIZES_ON_THE_WAY:
        (folder / "heads" / str(size)).write_bytes(history.checkpoint(size))


if __name__ == "__main__":
    write_golden(HERE)
