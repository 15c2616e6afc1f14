"""What leaves a machine: from the moment it is told, no power cut may make it untrue."""

from dataclasses import dataclass

from device_agent.custodian.decisions import Burn


@dataclass(frozen=True, slots=True)
class Committed:
    """People and agents may have heard the answers of a log of this size."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class LetOut:
    """A signed head of the log was shown to others."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An agent was told that its entries up to this one are committed."""

    agent: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Written:
    """An agent has handled what ends with this entry: people saw it on the screen."""

    seq: int


@dataclass(frozen=True, slots=True)
class Pulsed:
    """A lock was told to open."""

    burn: Burn


@dataclass(frozen=True, slots=True)
class Vouched:
    """A witness, or an agent, has cosigned a head of the log."""

    size: int
    root: bytes
