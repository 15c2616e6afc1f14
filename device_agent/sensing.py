"""What a cabinet's inputs mean, in its part of the configuration: read, and held against what the boards can tell.

[[cabinet]]
feedback = "lock"     # the feedback wires tell whether the locks hold; "door" (the usual): whether the doors are shut
sensors = "doors"     # the second row of inputs has door contacts; "items": light barriers; "none" (the usual)
sensor_bit = 1        # the raw bit of that row where a door is closed, or something stands before the barrier

    [[reader]]            # as many as there are UHF tag readers (M100), each with its antenna in one compartment
    name = "r7"
    port = "/dev/serial/by-id/…"
    compartment = "CAB-01/7"
"""

from collections.abc import Sequence
from typing import get_args

from device_agent.fields import FieldError, Fields
from device_agent.line.wiring import Feedback, Sensing, Sensors
from device_agent.tag_reader import ReaderPlace
from firmware_protocol.boards import Dialect
from firmware_protocol.readers import m100

FEEDBACK: tuple[Feedback, ...] = get_args(Feedback)
SENSORS: tuple[Sensors, ...] = get_args(Sensors)


def read_sensing(fields: Fields) -> Sensing:
    """The three settings of a cabinet, each with its usual value where it is left out; raises `FieldError`."""
    feedback = fields.one_of("feedback", FEEDBACK) if fields.has("feedback") else "door"
    sensors = fields.one_of("sensors", SENSORS) if fields.has("sensors") else "none"
    return Sensing(
        feedback=next(word for word in FEEDBACK if word == feedback),
        sensors=next(word for word in SENSORS if word == sensors),
        sensor_bit=fields.number("sensor_bit", 0, 1) if fields.has("sensor_bit") else 1,
    )


def check_sensing(cabinet: str, sensing: Sensing, family: Dialect) -> None:
    """Raises `FieldError` for what these boards cannot tell, or what would be told twice."""
    if family.has_operation_ids and sensing != Sensing():
        raise FieldError(f"共管柜 {cabinet} 的控制器自己分清门和锁。请删去 feedback、sensors、sensor_bit。")
    if sensing.sensors != "none" and not family.has_sensors:
        raise FieldError(f"共管柜 {cabinet} 写了 sensors，但 {family.name} 没有第二排输入。请删去这一项。")
    if sensing.sensors == "doors" and sensing.feedback == "door":
        raise FieldError(f'共管柜 {cabinet} 的 sensors 是 doors，反馈线就应是锁的：请写 feedback = "lock"。')


def read_readers(top: Fields) -> tuple[ReaderPlace, ...]:
    """The tag readers; none where there is no such table. Raises `FieldError`."""
    return tuple(_reader(fields) for fields in top.tables("reader")) if top.has("reader") else ()


def check_readers(readers: Sequence[ReaderPlace], compartments: Sequence[str]) -> None:
    """Raises `FieldError` for a reader that looks into no compartment of ours, or into another one's."""
    for reader in readers:
        if reader.compartment not in compartments:
            raise FieldError(f"[[reader]] {reader.name} 的 compartment 是“{reader.compartment}”，没有这一格。")
        if sum(other.compartment == reader.compartment or other.port == reader.port for other in readers) > 1:
            raise FieldError(f"[[reader]] {reader.name} 和另一个读卡器用了同一个 port 或 compartment。")


def _reader(fields: Fields) -> ReaderPlace:
    reader = ReaderPlace(
        name=fields.text("name"),
        port=fields.text("port"),
        baud=fields.number("baud", 1200, 921600) if fields.has("baud") else m100.BAUD,
        compartment=fields.text("compartment"),
    )
    fields.finish()
    return reader
