"""A witness put together: its folder opened, its page and its rounds served until somebody ends it."""

import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TextIO

import uvicorn

from server.witness.alarms import SILENT_AFTER
from server.witness.folder import WitnessFolder
from server.witness.http import witness_app
from server.witness.log_keys import LogKeys
from server.witness.mirror import Mirror
from server.witness.watch import ROUND_S, Watch
from server.witness.witness import Witness

ALARMS = "alarms.txt"
_logger = logging.getLogger(__name__)


def now() -> datetime:
    """This machine's clock."""
    return datetime.now(UTC)


@contextmanager
def opened(path: Path, silent_after: timedelta = SILENT_AFTER) -> Iterator[Watch]:
    """The witness in this folder, which calls a log silent after so long.

    Raises `NoWitness`, `KeysMissing` or `MalformedNote` where there is none, `MemoryLost` where it forgot everything.
    """
    folder = WitnessFolder(path)
    settings, signer = folder.settings(), folder.signer()
    key = settings.log_key
    with closing(folder.memory()) as memory, (path / ALARMS).open("a", encoding="utf-8") as alarms:
        witness = Witness(signer, {key.name: key}, memory, now)
        mirror = Mirror(folder.mirror, key)
        trust = ssl.create_default_context(cafile=folder.authority) if folder.authority.exists() else True
        tell = partial(_cry, alarms)
        keys = LogKeys(key, folder.log_keys)
        yield Watch(witness, mirror, key, settings.url, now, tell, silent_after, trust=trust, known_keys=keys)


def serve(watch: Watch, host: str, port: int) -> None:
    """Answer requests and follow the log until a signal ends it."""
    ending = threading.Event()

    def rounds() -> None:
        while not ending.is_set():
            watch.round()
            ending.wait(ROUND_S)

    thread = threading.Thread(target=rounds, name="rounds", daemon=True)
    thread.start()
    app = witness_app(watch)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
    ending.set()
    thread.join()


def _cry(alarms: TextIO, sentence: str) -> None:
    """On the screen and in the file, where it stays."""
    _logger.error(sentence)
    try:
        alarms.write(f"{now().astimezone():%Y-%m-%d %H:%M:%S} {sentence}\n")
        alarms.flush()
    except OSError:
        _logger.exception("this alarm stands in no file")
