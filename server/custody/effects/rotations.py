"""What giving a key a successor makes true, the server's or an agent's, and ending the old one."""

from collections.abc import Sequence
from dataclasses import replace

from firmware_protocol.notes import Verifier
from firmware_protocol.successions import next_key
from firmware_protocol.times import read_time
from server.custody.facts import Agent
from server.custody.happenings import Fact, Happening, Known
from server.custody.rotations import Rotation


def _rotated(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Rotation(
            id=f"{h.about['role']}-{h.about['replaces']}",
            role=h.about["role"],
            succession=h.about["succession"],
            rotated_at=h.at,
            until=read_time(h.about["until"]),
        )
    ]


def _retired(known: Known, h: Happening) -> Sequence[Fact]:
    rotation = known.get(Rotation, f"{h.about['role']}-{h.about['key']}")
    return [] if rotation is None else [replace(rotation, ended_at=h.at)]


def _agent_rotated(known: Known, h: Happening) -> Sequence[Fact]:
    """The agent's own word, signed by the key that it gives up; what does not verify gives up nothing."""
    agent = known.get(Agent, h.by)
    following = None if agent is None else next_key(h.about["succession"], Verifier.parse(agent.key))
    return [] if agent is None or following is None else [replace(agent, key=following.vkey)]


AGENT_KEY_EFFECTS = {"agent_key_rotated": _agent_rotated}
ROTATION_EFFECTS = {"key_rotated": _rotated, "key_retired": _retired}
