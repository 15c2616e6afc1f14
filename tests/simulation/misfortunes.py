"""What may befall a schedule, one small function each; chance picks some of them, and when."""

from collections.abc import Callable
from typing import Protocol

from firmware_protocol.emulators.mishaps import Mishap, befall, heal
from server.usecases.rotate_key import KeyRole
from tests.simulation.administrators import Administrators
from tests.simulation.adversary import Adversary
from tests.simulation.chance import Chance
from tests.simulation.network import Broker
from tests.simulation.office import Office
from tests.simulation.pi import Pi
from tests.simulation.rotating import Rotating
from tests.simulation.server import Server
from tests.simulation.timeline import Life, Timeline

HOUR_MS = 3_600_000
POINTS = (0, 1, 2, 3, 5, 8, 13)
"""How many more places are passed where a power cut could be, before it is."""
STEPS_MS = (1_000, 10_000, 600_000, 5 * HOUR_MS, 40 * HOUR_MS)
"""By how much somebody may set a clock, forward or back."""
OVERLAPS_DAYS = (0, 0, 1, 30)
STANDS_STILL_MS = (500, 3_000)
"""How long a program stands still while its machine's key is changed."""
BACKUP_AGE_MS = (2_000, 12_000)
CUT_OFF_MS = 30_000
ALONE_H = (3.0, 9.0)
"""How long an agent is cut off before people come: about as long as it may be, and longer."""
AHEAD_H, AHEAD_MS = (1.0, 4.0), (6_000, 12_000)
"""By how much the server's clock runs ahead before that, and for how long."""
TAKEN_WITHIN_MS = (5_000, 9_000)
MISHAPS = ("mute", "silent", "stuck=0", "noise=20", "dropped=20", "late=450", "power-cycle")


class Stage(Protocol):
    """What can be reached from here."""

    chance: Chance
    timeline: Timeline
    broker: Broker
    server: Server
    office: Office
    administrators: Administrators
    rotating: Rotating
    adversary: Adversary

    def cut(self, life: Life) -> None:
        """The power of this program's machine fails, and comes back after a while."""

    def comes(self, pi: Pi) -> None:
        """Two people come to this cabinet as soon as they can, and stay until they are done."""


def power(stage: Stage, pi: Pi) -> None:
    """The agent's power fails soon, in the middle of whatever it does then."""
    pi.life.points_left = stage.chance.choice(POINTS)


def server_power(stage: Stage, _pi: Pi) -> None:
    """The server's power fails soon."""
    stage.server.life.points_left = stage.chance.choice(POINTS)


def disk_error(stage: Stage, pi: Pi) -> None:
    """A write of the agent's journal fails, stored or not."""
    pi.life.disk_fails_in = stage.chance.choice((0, 1, 2, 3, 5))
    pi.life.is_stored_all_the_same = stage.chance.random() < 0.5


def partition(stage: Stage, pi: Pi) -> None:
    """Somebody is cut off, at once or without noticing."""
    who = stage.chance.choice((pi.name, pi.name, "server"))
    stage.broker.lose(who, stage.chance.choice((2, 20, 60)) * 1000.0, is_hole=stage.chance.random() < 0.5)


def clock_step(stage: Stage, pi: Pi) -> None:
    """The agent's wall clock jumps; a battery clock that runs on by itself does not."""
    step_ms = _step_ms(stage, pi.name)
    pi.wall_ahead_ms += step_ms if pi.is_up or not pi.has_hardware_clock else 0.0


def server_clock(stage: Stage, _pi: Pi) -> None:
    """The server's wall clock jumps."""
    stage.server.clock.set(stage.server.clock.ahead_ms + _step_ms(stage, "server"))


def _step_ms(stage: Stage, whose: str) -> float:
    step_ms = stage.chance.choice((-1, 1)) * stage.chance.choice(STEPS_MS)
    stage.timeline.note(f"{whose}: clock steps by {step_ms / 1000:.0f} s")
    return float(step_ms)


def hours(stage: Stage, pi: Pi) -> None:
    """Nothing happens for hours; the agent may be cut off meanwhile, or without power, and its clock with it."""
    for_ms = stage.chance.choice((0.5, 3, 5, 40, 40)) * HOUR_MS
    meanwhile = stage.chance.random()
    stage.timeline.note(f"{for_ms / HOUR_MS:.1f} h pass")
    if meanwhile < 0.35:
        stage.broker.lose(pi.name, 40_000, is_hole=meanwhile < 0.15)
    elif meanwhile < 0.7:
        stage.cut(pi.life)
    stage.timeline.sleep(for_ms)
    if not pi.is_up and not pi.has_hardware_clock:
        pi.wall_ahead_ms -= for_ms


def stale(stage: Stage, pi: Pi) -> None:
    """The agent is cut off for hours, and then people come for what they may not have any more."""
    for_h = stage.chance.uniform(*ALONE_H)
    stage.timeline.note(f"{for_h:.1f} h pass")
    stage.broker.lose(pi.name, CUT_OFF_MS, is_hole=stage.chance.random() < 0.5)
    stage.timeline.sleep(for_h * HOUR_MS)
    stage.comes(pi)


def ran_ahead(stage: Stage, pi: Pi) -> None:
    """What the agent heard last before that was signed by a server's clock that ran ahead."""
    ahead_ms = stage.server.clock.ahead_ms
    by_h = stage.chance.uniform(*AHEAD_H)
    stage.timeline.note(f"server: clock runs ahead by {by_h:.1f} h")
    stage.server.clock.set(ahead_ms + by_h * HOUR_MS)

    def set_right() -> None:
        stage.server.clock.set(ahead_ms)
        stale(stage, pi)

    stage.timeline.after(stage.chance.uniform(*AHEAD_MS), set_right)


def lost_disk(stage: Stage, pi: Pi) -> None:
    """People take something out while the agent is cut off, and its disk is replaced before it can say so."""
    stage.broker.lose(pi.name, CUT_OFF_MS, is_hole=False)
    stage.comes(pi)
    stage.timeline.after(stage.chance.uniform(*TAKEN_WITHIN_MS), lambda: stage.administrators.enrol(pi))


def board(stage: Stage, pi: Pi) -> None:
    """Something is wrong with the line, the board or the locks for a while."""
    name = stage.chance.choice(MISHAPS)
    stage.timeline.note(f"{pi.name}: {name}")
    befall(pi.hardware.bus, [Mishap.read(name)])
    stage.timeline.after(stage.chance.uniform(2_000, 40_000), lambda: heal(pi.hardware.bus))


def crowbar(stage: Stage, pi: Pi) -> None:
    """A door is forced."""
    place = stage.chance.choice(pi.hardware.places)
    stage.timeline.note(f"{pi.name}: {place} is forced")
    pi.hardware.lock(place).force()


def again(stage: Stage, _pi: Pi) -> None:
    """Old messages are said again."""
    for _ in range(stage.chance.choice((1, 3, 10))):
        stage.broker.say_again()


def revoke(stage: Stage, pi: Pi) -> None:
    """The office takes a permit back."""
    stage.office.revokes(pi.name)


def reissue(stage: Stage, pi: Pi) -> None:
    """The office replaces a permit."""
    stage.office.reissues(pi.name)


def freeze(stage: Stage, pi: Pi) -> None:
    """The office freezes the cooperative."""
    stage.office.freezes(pi.name)


def block(stage: Stage, pi: Pi) -> None:
    """The office keeps somebody out."""
    stage.office.blocks(pi.name)


def ask(stage: Stage, pi: Pi) -> None:
    """Another request."""
    stage.office.asks(pi.name)


def fork(stage: Stage, pi: Pi) -> None:
    """An agent is shown another log."""
    stage.adversary.forks(pi)


def secret(stage: Stage, pi: Pi) -> None:
    """An agent is given a permit that was never logged."""
    stage.adversary.issues(pi)


def successor(stage: Stage, pi: Pi) -> None:
    """An agent is told of a key that nobody named in the log."""
    stage.adversary.names(pi)


def permit_key(stage: Stage, _pi: Pi) -> None:
    """The server's permit key gets a successor."""
    _rotate(stage, "permit")


def log_key(stage: Stage, _pi: Pi) -> None:
    """The log's key gets a successor."""
    _rotate(stage, "log")


def _rotate(stage: Stage, role: KeyRole) -> None:
    if stage.server.is_up:
        stage.rotating.rotate(role, stage.chance.choice(OVERLAPS_DAYS), _points_left(stage))
        stage.timeline.after(stage.chance.uniform(*STANDS_STILL_MS), stage.server.boot)


def agent_key(stage: Stage, pi: Pi) -> None:
    """An agent's key gets a successor."""
    if pi.is_up:
        pi.rotate_key(_points_left(stage))
        stage.timeline.after(stage.chance.uniform(*STANDS_STILL_MS), pi.boot)


def _points_left(stage: Stage) -> int | None:
    return stage.chance.choice((None, None, None, *POINTS))


def put_out(stage: Stage, pi: Pi) -> None:
    """The machine is put out of service; later another administrator agrees, or does not."""
    stage.administrators.revoke(pi)


def new_disk(stage: Stage, pi: Pi) -> None:
    """The machine's disk is replaced: it enrols anew, out of the blue."""
    stage.administrators.enrol(pi)


def old_backup(stage: Stage, _pi: Pi) -> None:
    """The server's disk fails, and a backup of some seconds ago is put back."""
    if stage.server.is_up:
        stage.server.back_up()
        stage.timeline.after(stage.chance.uniform(*BACKUP_AGE_MS), lambda: _put_back(stage))


def _put_back(stage: Stage) -> None:
    if stage.server.is_up and stage.server.put_back():
        stage.timeline.note("server: an old backup is put back")
        stage.timeline.after(stage.chance.uniform(*STANDS_STILL_MS), stage.server.boot)


Misfortune = Callable[[Stage, Pi], None]
MISFORTUNES: tuple[Misfortune, ...] = (
    *(power, power, power, server_power, server_power, disk_error),
    *(partition, partition, clock_step, hours, hours),
    *(board, board, board, crowbar, again),
    *(revoke, revoke, reissue, freeze, block, ask),
    *(fork, secret),
)
"""What befalls a schedule whose machines keep their keys and their disks."""
CHANGES: tuple[Misfortune, ...] = (
    *(server_clock, server_clock, permit_key, permit_key, log_key, agent_key),
    *(put_out, new_disk, old_backup, old_backup, successor),
)
"""What befalls keys, disks and the server's clock."""
ABSENCES: tuple[Misfortune, ...] = (stale, stale, ran_ahead, lost_disk)
"""What befalls an agent that holds a permit and is cut off."""
