"""A witness put together: its folder opened, its page and its rounds served until somebody ends it."""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TextIO

from server.certificates.folder import SERVER, CertificateFolder
from server.certificates.serving import watch_certificate
from server.web.live import LiveBoard
from server.web.serving import WebServer, address_of, listen, web_running
from server.witness.alarms import SILENT_AFTER
from server.witness.folder import WitnessFolder
from server.witness.http import witness_app
from server.witness.log_keys import LogKeys
from server.witness.mirror import Mirror
from server.witness.watch import ROUND_S, Watch
from server.witness.witness import Witness

ALARMS = "alarms.txt"
ENDING_S = 5.0
"""So long is waited for a round that a server holds up; it writes nothing then that could be torn."""
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a witness answers (port 0: any free one); over TLS where there are `certificates`."""

    host: str
    port: int
    certificates: CertificateFolder | None = None


async def serve(watch: Watch, place: Place, tell: Callable[[str], None]) -> None:
    """Answer requests and follow the log until a signal ends it. `tell` hears the address.

    Raises `PortTaken` and `NoCertificate`.
    """
    certificates = place.certificates
    pair = None if certificates is None else certificates.pair(SERVER)
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(closing(listen(place.host, place.port)))
        web = WebServer(witness_app(watch), LiveBoard(), pair)
        stack.enter_context(_following(watch))
        serving = await stack.enter_async_context(web_running(web, listener))
        if certificates is not None:
            watching = watch_certificate(certificates, now, web.take_new_certificate, renewed_by="certify-witness")
            stack.callback(asyncio.create_task(watching).cancel)
        tell(address_of(listener, tls=pair is not None))
        await asyncio.shield(serving)


@contextmanager
def _following(watch: Watch) -> Iterator[None]:
    """Its rounds in a thread of their own, and in another one its alarm clock: no server can hold up both."""
    ending = threading.Event()

    def again(and_again: Callable[[], None]) -> None:
        while not ending.is_set():
            try:
                and_again()
            except Exception:
                _logger.exception("a round failed; the next one comes all the same")
            ending.wait(ROUND_S)

    threads = [threading.Thread(target=again, args=(each,), daemon=True) for each in (watch.round, watch.tick)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join(ENDING_S)


def _cry(alarms: TextIO, sentence: str) -> None:
    """On the screen and in the file, where it stays."""
    _logger.error(sentence)
    try:
        alarms.write(f"{now().astimezone():%Y-%m-%d %H:%M:%S} {sentence}\n")
        alarms.flush()
    except OSError:
        _logger.exception("this alarm stands in no file")
