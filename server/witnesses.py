"""Asking the witnesses of the policy for their cosignatures: whenever the published head has moved, and once a minute.

Each witness is asked from the size it said it knows; one that does not answer is asked again at the next round, and
keeps nobody else waiting. What comes back is checked before it is served.
"""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx

from firmware_protocol.add_checkpoint import ANSWER_BYTES_MAX, AddCheckpoint, encode_request
from firmware_protocol.checkpoints import is_size
from firmware_protocol.log_policy import MalformedPolicy, Policy, Witness, parse_policy
from firmware_protocol.notes import MalformedNote, Signature, parse_signature_line
from server.outside import ask
from server.store.log_files import LogFiles, Published
from server.store.log_publisher import LogPublisher
from server.web.serving import is_loopback

POLICY_FILE = "witnesses.txt"
ASK_S = 10.0
ROUND_S = 60.0
RETRY_S = 10.0
PAUSE_S = 1.0
_logger = logging.getLogger(__name__)


def policy_in(folder: Path) -> Policy:
    """The township's policy (`DATA/witnesses.txt`), or one that asks for nobody. Raises `MalformedPolicy`."""
    try:
        return parse_policy((folder / POLICY_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Policy()
    except UnicodeDecodeError as error:
        raise MalformedPolicy(f"{folder / POLICY_FILE} is not UTF-8") from error


def to_be_asked(policy: Policy) -> list[Witness]:
    """The witnesses that have an address. One beyond this machine has to be found over TLS, or it is not asked."""
    having = [each for each in policy.witnesses.values() if each.url]
    for each in having:
        if not _is_private(each.url):
            _logger.error("witness %s is not asked at %s: that is no https address", each.name, each.url)
    return [each for each in having if _is_private(each.url)]


def request_for(files: LogFiles, published: Published, known_size: int) -> AddCheckpoint:
    """What to ask a witness that knows the log up to `known_size`; from nothing where it claims more than there is."""
    old_size = known_size if known_size <= published.size else 0
    proof = files.consistency(old_size, published.size) if old_size else []
    return AddCheckpoint(old_size, tuple(proof), published.note)


def cosignatures_in(answer: str, witness: Witness, published: Published) -> tuple[Signature, ...]:
    """The lines of an answer that are this witness's cosignatures of this head; the others count for nothing."""
    found = []
    for line in answer.splitlines():
        try:
            signature = parse_signature_line(line)
        except MalformedNote:
            continue
        if witness.cosigner.time_of(published.checkpoint.text, signature) is not None:
            found.append(signature)
    return tuple(found)


def ask_once(publisher: LogPublisher, witnesses: Sequence[Witness], trust: ssl.SSLContext) -> None:
    """Ask these witnesses for the head that is published now, and serve what they sign; takes `2 * ASK_S` at most."""

    async def once() -> None:
        await WitnessRound(publisher, witnesses, trust).once()

    asyncio.run(once())


@dataclass(slots=True)
class WitnessRound:
    """Feeds these witnesses, found where `trust` says so. `run` it as a task; `hear` is safe from any thread."""

    publisher: LogPublisher
    witnesses: Sequence[Witness]
    trust: ssl.SSLContext
    _known: dict[str, int] = field(default_factory=dict)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: bytes = b""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def hear(self, published: Published) -> None:
        """The log has another head."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._look, published.checkpoint.text.encode())

    async def run(self) -> None:
        """Ask for ever, whatever becomes of one round."""
        while True:
            is_done = False
            try:
                is_done = await self.once()
            except Exception:
                _logger.exception("the witnesses could not be asked; tried again in %s s", RETRY_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), ROUND_S if is_done else RETRY_S)
            self._wanted.clear()
            await asyncio.sleep(PAUSE_S)

    async def once(self) -> bool:
        """Ask every witness for the head that is published now; whether all of them answered."""
        published = await asyncio.to_thread(self.publisher.files.published)
        if published is None or not self.witnesses:
            return True
        self._asked = published.checkpoint.text.encode()
        async with httpx.AsyncClient(verify=self.trust, timeout=ASK_S, trust_env=False) as client:
            return all(await asyncio.gather(*(self._ask(client, each, published) for each in self.witnesses)))

    def _look(self, text: bytes) -> None:
        if text != self._asked:
            self._wanted.set()

    async def _ask(self, client: httpx.AsyncClient, witness: Witness, published: Published) -> bool:
        """Ask from where it stands; where it stands elsewhere it says so, and is asked once more from there."""
        for _ in range(2):
            request = request_for(self.publisher.files, published, self._known.get(witness.name, 0))
            post = client.build_request("POST", f"{witness.url}/add-checkpoint", content=encode_request(request))
            try:
                answer = await ask(client, post, ASK_S, ANSWER_BYTES_MAX)
            except httpx.HTTPError as error:
                _logger.warning("witness %s does not answer: %s", witness.name, error)
                return False
            if answer.status_code != HTTPStatus.CONFLICT or not is_size(answer.text.rstrip("\n")):
                break
            self._known[witness.name] = int(answer.text)
        else:
            _logger.error("witness %s has seen more of the log than there is, or another one", witness.name)
            return True
        self._take(witness, published, answer)
        return True

    def _take(self, witness: Witness, published: Published, answer: httpx.Response) -> None:
        if answer.status_code != HTTPStatus.OK:
            _logger.error("witness %s refuses to vouch for the log: %s", witness.name, answer.status_code)
            return
        self._known[witness.name] = published.size
        for signature in cosignatures_in(answer.text, witness, published):
            self.publisher.witness(published.size, signature)


def _is_private(url: str) -> bool:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return address.scheme == "https" or is_loopback(address.host)
