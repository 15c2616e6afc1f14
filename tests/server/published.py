"""The published log beside a town's database, for tests of what is told about it."""

from pathlib import Path

from server.cabinets.log_guide import LogGuide
from server.store.log_files import LogFiles
from server.store.log_publisher import LogPublisher
from tests.server.town import KEYS, Town


def publisher(town: Town, folder: Path) -> LogPublisher:
    """Publishes the town's log into `folder` when it is started, or closed."""
    files = LogFiles(folder / "log", KEYS.log.verifier)
    return LogPublisher(town.database, files, log_key=KEYS.log, clock=lambda: town.now)


def guide(town: Town, folder: Path) -> LogGuide:
    """What agents would be shown of it."""
    return LogGuide(publisher(town, folder), KEYS.permit)
