"""What the server does with its database, its published log and what people hand in while a call fails."""

import json
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from device_agent.bundle import Bundle
from firmware_protocol.entries import Chain, compose
from firmware_protocol.messages import CarriedEntry, EventBatch
from firmware_protocol.proofs import leaf_hash
from server.custody.facts import Checkout
from server.custody.refusals import Refused
from server.ledger.tree import Frontier
from server.operate.verify import verify_database
from server.store import deliveries
from server.store.committing import Committer, Job, UseCase
from server.store.database import Database
from server.store.fact_rows import all_facts
from server.store.log_files import LogFiles, Published
from server.store.log_publisher import LogPublisher
from server.store.log_rows import ENTRIES
from server.store.server_clock import ServerClock
from server.store.uploads import ARRIVING, Uploads
from server.usecases.file_checkout import FileCheckout, Filed, file_checkout
from server.usecases.take_in_events import TakeInEvents, TakenIn, take_in_events
from tests.faults.deed import Deed, Said, Say, words
from tests.server.town import KEYS, MONDAY
from tests.simulation.chance import seeded
from tests.simulation.office import OF
from tests.simulation.township import DATABASE, LOG, PLACES, township

A = TypeVar("A")
R = TypeVar("R")
AGENT = "hall-1"
DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 99
WANTED, ENTRIES_OF_THE_AGENT = "wanted.json", "entries"


@dataclass
class Server:
    """The writer's and the publisher's own work, each done on the one thread there is."""

    folder: Path
    say: Say

    def __post_init__(self) -> None:
        self.database = Database.open(f"sqlite:///{self.folder / DATABASE}")
        files = LogFiles(self.folder / LOG, KEYS.log.verifier)
        self.publisher = LogPublisher(self.database, files, log_key=KEYS.log, clock=lambda: MONDAY)
        self.publisher.published = self._published
        chance = seeded(1)
        self._wanted = json.loads((self.folder / WANTED).read_text())
        self._committer = Committer(
            self.database, KEYS, lambda _news: None, ServerClock(lambda: MONDAY), chance.randbytes
        )

    def do(self, usecase: UseCase[A, R], asked: A) -> R | None:
        """What it answered; None, and said, where it failed."""
        answer: Future[R] = Future()
        self._committer.write([Job(usecase, asked, answer)])
        if (error := answer.exception()) is None:
            return answer.result()
        self.say("failed", type(error).__name__)
        return None

    def ask_for_seals(self, agent: str = AGENT) -> None:
        """An accountant asks, and asks once more where it failed: it may have been stored all the same."""
        by, item = self._wanted[agent]
        asked = FileCheckout(by=by, items=(item,), purpose="签合同", document="合同", copies=2)
        for _ in range(2):
            answer = self.do(file_checkout, asked)
            if isinstance(answer, Filed):
                self.say("filed", answer.checkout)
            if isinstance(answer, Filed | Refused):
                self.say("filed or there already", agent)
                return

    def take_in(self) -> None:
        """An agent sends its first entries, again where it failed."""
        carried = tuple(CarriedEntry(note.encode()) for note in self._wanted[ENTRIES_OF_THE_AGENT])
        for _ in range(2):
            taken = self.do(take_in_events, TakeInEvents(EventBatch(AGENT, 1, carried, "nonce")))
            if isinstance(taken, TakenIn):
                self.say("acknowledged", taken.seq)
                return

    def publish(self) -> None:
        """Follow the database, again where it failed."""
        if not self.publisher.follow():
            assert self.publisher.follow(), "a second time it works"
        self.say("well", self.publisher.is_well)

    def _published(self, published: Published) -> None:
        self.say("published", f"{published.size} {published.checkpoint.root.hex()}")


def _lay_out(folder: Path) -> None:
    """The founded township, with who will ask for what, and what an agent has to say."""
    known = township()
    known.lay_out(folder)
    wanted: dict[str, list[str]] = {ENTRIES_OF_THE_AGENT: _entries(known.bundles[AGENT])}
    for agent, (accountant, _) in OF.items():
        seal = next(item for item in known.items[agent] if item.seal_type is not None)
        wanted[agent] = [known.people[accountant], seal.id]
    (folder / WANTED).write_text(json.dumps(wanted))


def _entries(bundle: Bundle) -> list[str]:
    chain, notes = Chain(AGENT, bundle.epoch), list[str]()
    for _ in range(5):
        about = {"compartment": PLACES[AGENT][0]}
        note = compose(chain, bundle.signer, at=MONDAY, clock="sync", event_type="door_closed", about=about)
        chain = chain.extend(note)
        notes.append(note.decode())
    return notes


def _append(folder: Path, say: Say) -> Callable[[], None]:
    """A request is filed, and another after it."""
    server = Server(folder, say)

    def do() -> None:
        server.ask_for_seals()
        server.ask_for_seals("hall-2")
        server.publish()

    return do


def _acknowledge(folder: Path, say: Say) -> Callable[[], None]:
    """An agent's entries are taken in, and acknowledged."""
    server = Server(folder, say)
    return server.take_in


def _checkpoint(folder: Path, say: Say) -> Callable[[], None]:
    """What was committed is published: tiles, then the checkpoint."""
    server = Server(folder, say)
    server.ask_for_seals()

    def do() -> None:
        server.publish()
        server.ask_for_seals("hall-2")
        server.publish()

    return do


def _look(folder: Path, said: Said) -> None:
    """Everything that was said is so, the log is one, and the next run of the server goes on from it."""
    assert set(words(said, "well")) <= {"True"}
    database = Database.open(f"sqlite:///{folder / DATABASE}")
    with database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None
        assert set(words(said, "filed")) <= set(all_facts(reader, Checkout))
        committed = deliveries.acked_seq(reader, AGENT, 1)
        notes = list(reader.execute(select(ENTRIES.c.note).order_by(ENTRIES.c.position)).scalars())
    assert all(committed >= int(seq) for seq in words(said, "acknowledged")), "what was acknowledged is there"
    _look_at_the_log(folder, database, notes, words(said, "published"))
    database.close()


def _look_at_the_log(folder: Path, database: Database, notes: list[bytes], let_out: list[str]) -> None:
    roots = {0: Frontier().root}
    frontier = Frontier()
    for size, note in enumerate(notes, 1):
        frontier = frontier.extend([leaf_hash(note)])
        roots[size] = frontier.root
    for head in let_out:
        length, _, root = head.partition(" ")
        assert roots[int(length)].hex() == root, "what was let out is the beginning of this log"
    files = LogFiles(folder / LOG, KEYS.log.verifier)
    with database.reading() as reader:
        published = files.publish(reader, KEYS.log, MONDAY)
    assert published is not None
    assert (published.size, published.checkpoint.root) == (len(notes), roots[len(notes)])
    assert [files.entry(position, published.size) for position in range(published.size)] == notes
    assert files.root(published.size) == published.checkpoint.root


def _no_uploads(folder: Path) -> None:
    folder.mkdir()


def _always_the_same(nbytes: int | None = None) -> str:
    return "ab" * (nbytes or 8)


def _keep_a_document(folder: Path, say: Say) -> Callable[[], None]:
    """A document is handed in, and again where that failed; its event comes after."""
    uploads = Uploads(folder)
    secrets.token_hex = _always_the_same  # strace knows files by their names

    def do() -> None:
        for _ in range(2):
            try:
                with uploads.arriving() as arrival:
                    arrival.write(DOCUMENT)
                    arrival.keep()
                    say("kept", arrival.sha256)
            except OSError as error:
                say("failed", type(error).__name__)
            else:
                return

    return do


def _look_at_documents(folder: Path, said: Said) -> None:
    assert words(said, "kept")
    assert all(Uploads(folder).is_sound(sha256) for sha256 in words(said, "kept"))
    left = {path.name for path in folder.iterdir()} - set(words(said, "kept"))
    assert all(name.startswith(ARRIVING) for name in left), "what is half-done is never seen, and swept later"


DEEDS = {
    "the server keeps a document": Deed(_no_uploads, _keep_a_document, _look_at_documents),
    "the server appends": Deed(_lay_out, _append, _look),
    "the server acknowledges": Deed(_lay_out, _acknowledge, _look),
    "the server publishes": Deed(_lay_out, _checkpoint, _look),
}
