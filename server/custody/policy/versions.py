"""The policy's versions: one proposed, one in force, the rest history. Each is known by its number."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from server.custody.policy.document import Policy
from server.custody.policy.writing import read


class PolicyState(StrEnum):
    """What became of a version."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    DECLINED = "declined"


POLICY_STATE_TITLES: dict[PolicyState, str] = {
    PolicyState.PROPOSED: "等镇纪委确认",
    PolicyState.IN_FORCE: "现行",
    PolicyState.REPLACED: "已被替换",
    PolicyState.DECLINED: "未确认",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One version. `document` is its text (`writing`), `digest` the text's SHA-256 as the log has it.

    Nobody proposed the first one: it came with the program.
    """

    id: str
    document: str
    digest: str
    state: PolicyState
    note: str
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def number(self) -> int:
        """The version's number, from 1."""
        return int(self.id)

    @property
    def policy(self) -> Policy:
        """The tables."""
        return _read(self.document)


@cache
def _read(document: str) -> Policy:
    return read(Policy, document)
