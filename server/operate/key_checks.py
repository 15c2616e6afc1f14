"""Which key each entry must bear, and whether the keys really followed one another as the log says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from firmware_protocol.agent_keys import handed_over_to
from firmware_protocol.entries import SERVER
from firmware_protocol.key_changes import ROTATED, KeyChange, KeyHistory, ring_to
from firmware_protocol.notes import Verifier
from server.operate.wrongs import Wrong
from server.store.audit import Row, key_changes_told
from server.store.database import Reader
from server.store.keys import Keys


@dataclass(frozen=True, slots=True)
class AgentKeys:
    """An agent's keys in one epoch: `first`, and those that followed, each from the number of an entry on."""

    first: Verifier
    later: tuple[tuple[int, Verifier], ...] = ()

    @property
    def every(self) -> tuple[Verifier, ...]:
        """All of them, oldest first."""
        return (self.first, *(key for _, key in self.later))

    def at(self, seq: int) -> Verifier:
        """The key that the entry with this number bears."""
        return next((key for since, key in reversed(self.later) if since <= seq), self.first)

    def after(self, seq: int, note: bytes) -> "AgentKeys":
        """The keys after entry `seq`; the same where it names no successor of the newest."""
        following = handed_over_to(note, self.every[-1])
        return self if following is None else AgentKeys(self.first, (*self.later, (seq + 1, following)))


@dataclass(frozen=True, slots=True)
class KeyBook:
    """Whose entries bear which key: the server's by their positions, agents' by their epochs.

    `history` are the server's keys as the log tells of them; `rotations` the positions of entries that say so.
    """

    history: KeyHistory
    agents: Mapping[tuple[str, int], AgentKeys]
    rotations: tuple[int, ...] = ()

    def key_of(self, row: Row) -> Verifier | None:
        """The key that this entry must bear, by what its row says of its source; None for a source nobody added."""
        if row["by"] != SERVER:
            keys = self.agents.get((row["by"], row["epoch"]))
            return None if keys is None else keys.at(row["seq"])
        periods = (each for each in self.history.permit.periods if each.signs_entry(row["position"]))
        return next((each.key for each in periods), self.history.permit.newest)

    def others_of(self, row: Row) -> tuple[Verifier, ...]:
        """The source's other keys, by which an entry that is not right may be told apart."""
        right = self.key_of(row)
        keys = self.agents.get((row["by"], row["epoch"]))
        every = self.history.permit.every if row["by"] == SERVER else () if keys is None else keys.every
        return tuple(each for each in every if each != right)

    def problems(self, keys: Keys) -> Iterator[Wrong]:
        """Where the log names a successor that its keys did not, or ends in other keys than this server has."""
        brought = {each.since - 1 for ring in (self.history.permit, self.history.log) for each in ring.periods}
        for position in self.rotations:
            if position not in brought:
                yield Wrong(f"台账第 {position} 条", "说是换了密钥，而旧密钥没有签字交给新的")
        for signer, ring in ((keys.permit, self.history.permit), (keys.log, self.history.log)):
            if ring.newest != signer.verifier:
                yield Wrong(f"密钥 {signer.name}", "这台服务器的密钥不是台账里最后换上的那一把")


def server_keys(reader: Reader, keys: Keys) -> tuple[KeyHistory, tuple[int, ...]]:
    """The server's keys as they followed one another, trusting only their own signatures; and where the log says so."""
    changes = tuple(KeyChange(position, note) for position, note in key_changes_told(reader))
    rings = (ring_to(signer.verifier, changes) for signer in (keys.permit, keys.log))
    return KeyHistory(*rings), tuple(each.index for each in changes if ROTATED.encode() in each.entry)
