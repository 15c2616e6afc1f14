"""The agent's TOML file as commissioning leaves it: what was there, and the cabinet that has just been proven.

Written from the configuration's own fields, read back by the agent's own reader and compared; only then is the file
replaced, in one step, and the one before it kept beside it.
"""

import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from device_agent.commissioning.progress import Progress
from device_agent.configuration import (
    BoardPlace,
    Bus,
    Cabinet,
    Configuration,
    ConfigurationError,
    parse_configuration,
    read_configuration,
)
from device_agent.demo_cards import DemoCard
from device_agent.durable_folders import sync_folder
from device_agent.fields import FieldError, Fields
from device_agent.line.wiring import Sensing
from device_agent.offline import read_staleness
from device_agent.sensing import read_sensing
from device_agent.tag_reader import ReaderPlace
from firmware_protocol.permit_checks import Staleness

KIOSK_PORT = 8600
Table = Bus | Cabinet | BoardPlace | DemoCard | Sensing | ReaderPlace | Staleness
"""What the file is made of, beside the agent's own two tables; a field's name is its name in the file."""


def basis_of(path: Path) -> Configuration:
    """The file's configuration; of a draft, or of none, what it says of the agent, without buses and cabinets.

    Raises `ConfigurationError` for a file that is no TOML, or says something else where the agent's words belong.
    """
    try:
        return read_configuration(path)
    except ConfigurationError:
        if not path.exists():
            return _draft({}, path.parent)
    try:
        return _draft(tomllib.loads(path.read_text(encoding="utf-8")), path.parent)
    except OSError as error:
        raise ConfigurationError(f"读不到配置文件 {path}：{error.strerror}。") from error
    except (TypeError, AttributeError, ValueError, FieldError) as error:
        raise ConfigurationError(f"配置文件 {path} 读不通：{error}。请改好，或改名留存，由验收另写一份。") from error


def _draft(document: dict[str, Any], folder: Path) -> Configuration:
    agent, kiosk = document.get("agent", {}), document.get("kiosk", {})
    name = str(agent.get("id", ""))
    return Configuration(
        agent=name,
        data=folder / str(agent.get("data", "agent-data")),
        bundle=folder / str(agent.get("bundle", f"{name}.bundle.json" if name else "")),
        hardware_clock=agent.get("hardware_clock") is True,
        kiosk_port=int(kiosk.get("port", KIOSK_PORT)),
        buses=(),
        cabinets=(),
        camera=kiosk.get("camera") is True,
        staleness=read_staleness(Fields(document, "")),
    )


def cabinets_unread(path: Path, basis: Configuration) -> tuple[str, ...]:
    """The cabinets of the file that `basis_of` found no sense in; what is written will be without them."""
    read = {cabinet.id for cabinet in basis.cabinets}
    return tuple(cabinet for cabinet in cabinets_in(path) if cabinet not in read)


def cabinets_in(path: Path) -> tuple[str, ...]:
    """The ids of the cabinets that the file speaks of, be it valid or a draft."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(cabinet["id"] for cabinet in document.get("cabinet", ()) if isinstance(cabinet.get("id"), str))
    except (OSError, ValueError, TypeError, AttributeError):
        return ()


def with_cabinet(basis: Configuration, progress: Progress, folder: Path) -> Configuration:
    """The configuration with the cabinet of this commissioning in it, in place of what was said of it before."""
    others = tuple(cabinet for cabinet in basis.cabinets if cabinet.id != progress.cabinet)
    bus = _bus(basis, progress)
    in_use = {cabinet.bus for cabinet in others}
    buses = tuple(each for each in basis.buses if each.name in in_use and each.name != bus.name)
    cabinets = sorted((*others, _cabinet(basis, progress, bus, folder)), key=lambda cabinet: cabinet.id)
    return replace(basis, buses=(*buses, bus), cabinets=tuple(cabinets))


def _bus(basis: Configuration, progress: Progress) -> Bus:
    known = next((bus for bus in basis.buses if bus.port == progress.port), None)
    names = {bus.name for bus in basis.buses}
    name = known.name if known else next(f"line-{n}" for n in range(1, 1000) if f"line-{n}" not in names)
    board = progress.boards[0]
    bus = known or Bus(name, progress.port, board.baud, board.family)
    return replace(bus, baud=board.baud, board=board.family)


def _cabinet(basis: Configuration, progress: Progress, bus: Bus, folder: Path) -> Cabinet:
    """What was proven; whatever else the file says of this cabinet stays."""
    numbers = [progress.numbers[place] for place in progress.places]
    is_through = numbers == sorted(numbers)
    boards = []
    for address in progress.addresses:
        behind = tuple(progress.numbers[place] for place in progress.places if place.address == address)
        secret = progress.secrets.get(address)
        path = folder / secret if secret else None
        boards.append(BoardPlace(address, len(behind), path, () if is_through else behind))
    bit = None if progress.dialect.has_operation_ids else progress.closed_bit
    pulse_ms = progress.pulse.pulse_ms if progress.pulse else None
    sensing = _sensing(progress)
    proven = Cabinet(progress.cabinet, bus.name, tuple(boards), bit, pulse_ms, sensing)
    known = next((cabinet for cabinet in basis.cabinets if cabinet.id == progress.cabinet), proven)
    return replace(known, bus=bus.name, boards=proven.boards, closed_bit=bit, pulse_ms=pulse_ms, sensing=sensing)


def _sensing(progress: Progress) -> Sensing:
    if progress.sensing is None:
        return Sensing()
    read = read_sensing(Fields(asdict(progress.sensing), ""))
    return read if read.sensors == "none" else replace(read, sensor_bit=progress.sensor_bit)


def toml_of(configuration: Configuration, folder: Path) -> str:
    """The file's text; raises `ConfigurationError` when the agent would read something else from it."""
    text = "\n\n".join("\n".join(lines) for lines in _tables(configuration, folder)) + "\n"
    try:
        read = parse_configuration(tomllib.loads(text), folder)
    except (FieldError, ValueError) as error:
        raise ConfigurationError(f"验收得到的配置柜机读不通：{error}") from error
    if read != configuration:
        raise ConfigurationError("验收得到的配置写出来与读回来不一样，没有写入。")
    return text


def write_settings(path: Path, text: str, at: str) -> None:
    """Replace the file in one step, durably; the one before it stays as `FILE.AT.bak`. Raises `OSError`."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        path.with_name(f"{path.name}.{at}.bak").write_bytes(path.read_bytes())
    fresh.replace(path)
    sync_folder(path.parent)


def _tables(configuration: Configuration, folder: Path) -> Iterator[list[str]]:
    agent = {"id": configuration.agent, "data": configuration.data, "bundle": configuration.bundle}
    agent |= {"hardware_clock": configuration.hardware_clock}
    kiosk: dict[str, Any] = {"port": configuration.kiosk_port}
    kiosk |= {"camera": True} if configuration.camera else {}
    yield ["[agent]", *_lines(agent, folder)]
    yield ["[kiosk]", *_lines(kiosk, folder)]
    if offline := _told(configuration.staleness):
        yield ["[offline]", *_lines(offline, folder)]
    for bus in configuration.buses:
        yield ["[[bus]]", *_lines(_told(bus), folder)]
    for cabinet in configuration.cabinets:
        told = {name: value for name, value in _told(cabinet).items() if name != "sensing"} | _told(cabinet.sensing)
        yield ["[[cabinet]]", *_lines(told, folder)]
    for reader in configuration.readers:
        yield ["[[reader]]", *_lines(_told(reader), folder)]
    for card in configuration.demo_cards:
        yield ["[[demo.cards]]", *_lines(_told(card), folder)]


def _told(table: Table) -> dict[str, Any]:
    """The fields of a dataclass that are not as they would be if nothing was said."""
    values = {field.name: (getattr(table, field.name), field.default) for field in fields(table)}
    return {name: value for name, (value, usual) in values.items() if value is not None and value != usual}


def _lines(table: dict[str, Any], folder: Path) -> list[str]:
    return [f"{name} = {_value(value, folder)}" for name, value in table.items()]


def _value(value: object, folder: Path) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Path():
            return json.dumps(str(value.relative_to(folder) if value.is_relative_to(folder) else value))
        case tuple():
            return f"[{', '.join(_value(each, folder) for each in value)}]"
        case BoardPlace():
            return f"{{ {', '.join(_lines(_told(value), folder))} }}"
        case _:
            return json.dumps(value, ensure_ascii=False)
