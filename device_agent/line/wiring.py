"""How a serial line is wired, and how patient its master is."""

from dataclasses import dataclass, field
from typing import Literal

from firmware_protocol.boards.gongguan_lcp.keys import Secret

Direction = Literal["adapter", "rts", "rts-inverted"]
"""Who turns an RS-485 line around: the adapter by itself, or the port with RTS high, or low, while it sends."""


Feedback = Literal["door", "lock"]
"""What the feedback wires tell: whether the doors are closed, or whether the locks hold."""
Sensors = Literal["none", "items", "doors"]
"""What is wired to a board's second row of inputs: nothing, a light barrier in each compartment, or door contacts."""


@dataclass(frozen=True, slots=True)
class Sensing:
    """What the inputs of a cabinet's boards mean. `sensor_bit`: that of the second row where a thing, or a door, is."""

    feedback: Feedback = "door"
    sensors: Sensors = "none"
    sensor_bit: int = 1


USUAL = Sensing()
"""A switch at each door, and nothing else."""


@dataclass(frozen=True, slots=True)
class BoardWiring:
    """One board: the address on its switch, the compartments behind its channels, and its polarity."""

    address: int
    compartments: tuple[str, ...]
    """Compartment ids, that of channel 1 first."""
    closed_bit: int | None
    """The raw feedback bit of a closed door, 0 or 1; proven at commissioning. `None` where doors are told in words."""
    pulse_ms: int | None = None
    """How long a pulse is, where the family is told; `None` leaves it to the family."""
    secret: Secret | None = None
    """What a controller of our own proves itself with; bought boards prove nothing."""
    sensing: Sensing = USUAL


@dataclass(frozen=True, slots=True)
class Timing:
    """When to ask, and how long to wait; all in ms, counts aside."""

    poll_idle_ms: int = 400
    poll_busy_ms: int = 80
    """While a door is open or changing, and a while after an unlock."""
    busy_after_unlock_ms: int = 5000
    poll_watched_ms: int = 20
    """While an unlock's outcome is open."""
    poll_lost_ms: int = 3000
    """While a board does not answer: seldom, since its silence holds the line for the whole reply time."""
    misses_max: int = 3
    """So many reads in a row without an answer and the board is lost."""
    steady_reads: int = 2
    steady_ms: int = 100
    """A door has changed once so many equal reads lie so far apart."""
    opens_within_ms: int = 1500
    """How long after an unlock the door may open. Doors that are pulled by hand need a person's time."""
    blind_ms_max: int = 1500
    """A door unobserved for longer may have been opened and shut again: nothing proves that it stayed closed."""
    verdict_ms_max: int = 3000
    """After so long an unlock without proof is unknown."""
    order_ms_max: int = 5000
    """An unlock that could not be sent by then is not sent any more: nobody is pulling at the door."""
    order_valid_ms: int = 1000
    """So long after it was written first a controller may still do what it is told; then it refuses."""
    greet_again_ms: int = 1000
    """At most so often a doubt makes us greet a controller anew: anybody can forge one."""
    pulse_gap_ms: int = 600
    """Between two pulses on one line: the power supply feeds one solenoid."""
    lock_rest_ms: int = 2000
    lock_pulses_per_minute_max: int = 10
    """Per lock: solenoids stand short pulses only."""
    board_pulses_per_minute_max: int = 30
    """Per board: its fuse and its supply stand no more."""


@dataclass(frozen=True, slots=True)
class BusWiring:
    """One serial port and everything behind it."""

    name: str
    port: str
    baud: int
    family: str
    """Name of the boards' dialect."""
    boards: tuple[BoardWiring, ...]
    timing: Timing = field(default_factory=Timing)
    direction: Direction = "adapter"
