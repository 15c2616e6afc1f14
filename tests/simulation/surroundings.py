"""What an agent stands among, and who looks on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from device_agent.custodian.decisions import Pulse
from firmware_protocol.log_heads import Head
from tests.simulation.network import Broker
from tests.simulation.server import Server
from tests.simulation.timeline import Timeline

if TYPE_CHECKING:
    from tests.simulation.pi import Pi


class Watcher(Protocol):
    """Who looks on, and knows what must never be."""

    def booted(self, pi: "Pi") -> None:
        """A program has remembered what its disk has."""

    def ordered(self, pi: "Pi", pulse: Pulse) -> None:
        """The lock is about to be told to open."""

    def handled(self, pi: "Pi") -> None:
        """An input was taken in."""

    def cosigned(self, pi: "Pi", head: Head) -> None:
        """This agent vouches for a head of the log."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an agent stands among."""

    timeline: Timeline
    broker: Broker
    server: Server
    watcher: Watcher
