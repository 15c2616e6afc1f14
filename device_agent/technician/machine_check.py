"""Whether the machine beside the cabinets is well: its keys, its journal, its clock, its way to the server."""

import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from device_agent.bundle import Broker, Bundle
from device_agent.clock import AGREEMENT_S
from device_agent.commissioning.report import KIND
from device_agent.configuration import Bus, Cabinet, Configuration, ConfigurationError
from device_agent.journal import FILE_NAME, ROOM_MIN_BYTES
from device_agent.line.wiring import USUAL
from device_agent.roster_fetch import tls_for
from device_agent.secret_files import read_secret
from device_agent.technician.findings import Checked, bad, doubtful, good
from firmware_protocol.notes import MalformedNote, UnverifiedNote, read_document

WITHIN_S = 5.0
NO_WAY = "没有网也能凭已到的许可开柜，但事件送不出去。请查网线、路由器、服务器。"
CLOCK_ERROR_S_MAX = AGREEMENT_S


def check_secrets(configuration: Configuration) -> Iterator[Checked]:
    """Every controller's secret file; the bundle was read before, and only its owner may."""
    yield good("柜机凭据", f"{configuration.bundle.name}，只有本机账号能读")
    for cabinet in configuration.cabinets:
        for path in (board.secret for board in cabinet.boards if board.secret is not None):
            try:
                read_secret(path)
            except ConfigurationError as error:
                yield bad(f"密钥 {path.name}", "不能用", str(error))
            else:
                yield good(f"密钥 {path.name}", "只有本机账号能读")


def check_journal(folder: Path) -> Checked:
    """The journal's file, read without a write; only while the agent does not run, which has it for itself."""
    path = folder / FILE_NAME
    if not path.exists():
        return doubtful("日志", "还没有", "柜机第一次启动时会建。")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=WITHIN_S)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
            (count,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    except sqlite3.Error as error:
        return bad("日志", f"打不开：{error}", "请不要改动这个文件，联系三资办。")
    if verdict != "ok":
        return bad("日志", "损坏", "请不要改动这个文件，联系三资办。")
    if shutil.disk_usage(folder).free < ROOM_MIN_BYTES:
        return bad("日志", "磁盘快满了", "请清理磁盘（不要动柜机的数据目录）。")
    return good("日志", f"{count} 条，完好")


def check_server(bundle: Bundle) -> Iterator[Checked]:
    """The server's web address, and this machine's clock against the server's."""
    try:
        trust = tls_for(bundle.server_url, bundle.pages_ca)
        answer = httpx.get(f"{bundle.server_url}/healthz", timeout=WITHIN_S, verify=trust)
    except httpx.HTTPError as error:
        yield bad("服务器", f"{bundle.server_url} 不通：{type(error).__name__}", NO_WAY)
        yield doubtful("时钟", "没有可比的", "服务器通了再查一次。")
        return
    yield good("服务器", f"{bundle.server_url} 通")
    yield _clock(answer.headers.get("date"))


def _clock(said: str | None) -> Checked:
    try:
        away_s = abs((datetime.now(UTC) - parsedate_to_datetime(said or "")).total_seconds())
    except (TypeError, ValueError):
        return doubtful("时钟", "服务器没有说时间", "请直接看一眼本机时间对不对。")
    if away_s > CLOCK_ERROR_S_MAX:
        return bad("时钟", f"与服务器差 {away_s:.0f} 秒", "许可会被当成过期或未到。请开启网络校时。")
    return good("时钟", "与服务器一致")


def check_broker(broker: Broker) -> Checked:
    """Whether the broker's port answers; what it thinks of our password only the agent finds out."""
    where = f"{broker.host}:{broker.port}"
    try:
        socket.create_connection((broker.host, broker.port), WITHIN_S).close()
    except OSError as error:
        return bad("消息代理", f"{where} 不通：{error.strerror or error}", NO_WAY)
    return good("消息代理", f"{where} 通")


def check_reports(folder: Path, cabinet: Cabinet, bus: Bus, bundle: Bundle) -> Checked:
    """Whether the newest report of the cabinet's commissioning fits its configuration; `folder` has the reports."""
    what = f"验收 {cabinet.id}"
    notes = sorted(folder.glob(f"{cabinet.id}-[0-9]*.note"))
    if not notes:
        return bad(what, "没有验收报告", "请先验收：python -m device_agent commission。")
    try:
        fields = read_document(notes[-1].read_bytes(), KIND, [bundle.signer.verifier])
    except (OSError, MalformedNote, UnverifiedNote):
        return bad(what, f"{notes[-1].name} 不是这台柜机签的", "报告被改过，或凭据换过。请重新验收。")
    if _reported(fields) != _configured(cabinet, bus):
        return bad(what, "配置与验收报告不一致", "配置在验收以后被改过。请恢复，或重新验收。")
    return good(what, f"{str(fields['finished_at'])[:10]} 由 {fields['by']} 验收，与配置一致")


def _reported(fields: dict[str, Any]) -> tuple[object, ...]:
    """What was proven, as `_configured` says what is used."""
    behind = {each["number"]: (each["address"], each["channel"]) for each in fields["compartments"]}
    told = (fields[name] for name in ("port", "family", "baud", "closed_bit", "pulse_ms"))
    sensed = (fields.get(name, usual) for name, usual in asdict(USUAL).items())
    return behind, *told, *sensed


def _configured(cabinet: Cabinet, bus: Bus) -> tuple[object, ...]:
    places = [(board.address, channel) for board in cabinet.boards for channel in range(1, board.channels + 1)]
    behind = dict(zip(cabinet.numbers, places, strict=True))
    wired = bus.port, bus.board, bus.baud, cabinet.closed_bit, cabinet.pulse_ms
    return behind, *wired, *asdict(cabinet.sensing).values()
