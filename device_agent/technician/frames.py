"""`python -m device_agent frames --config FILE`: what the running agent heard last on its lines, to show or to send."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from device_agent.bundle import BundleError, read_bundle
from device_agent.configuration import ConfigurationError, read_configuration
from device_agent.kiosk.diagnosis import FRAMES_PATH
from device_agent.line_report import LINE_REPORT
from device_agent.technician.showing import Row
from firmware_protocol.boards import Side
from firmware_protocol.notes import MalformedNote, UnverifiedNote, read_document
from firmware_protocol.times import read_time

ANSWER_S = 5.0


class NotHad(Exception):
    """The report is not to be had; the message says why in Chinese, and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="柜机配置（TOML）")
    parser.add_argument("--output", type=Path, metavar="FILE", help="存成带签名的文件，发给技术支持")


def run(chosen: argparse.Namespace) -> int:
    """Print the newest frames, or save the signed report; 0, or 2 when it is not to be had."""
    try:
        configuration = read_configuration(chosen.config)
        note = _fetch(configuration.kiosk_port)
        report = read_document(note, LINE_REPORT, [read_bundle(configuration.bundle).signer.verifier])
        if chosen.output is not None:
            chosen.output.write_bytes(note)
            print(f"已写到 {chosen.output}，带柜机的签名，可以发给技术支持。里面没有密钥。")
        else:
            _print(report)
    except (MalformedNote, UnverifiedNote):
        print("这个端口上答话的不是本柜机。请核对 [kiosk] port。", file=sys.stderr)
        return 2
    except (ConfigurationError, BundleError, NotHad, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _fetch(port: int) -> bytes:
    if port == 0:
        raise NotHad("配置里 [kiosk] port 是 0，不知道柜机在哪个端口。请写一个固定的端口。")
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}{FRAMES_PATH}", timeout=ANSWER_S, trust_env=False)
    except httpx.HTTPError as error:
        raise NotHad(f"柜机程序没有在端口 {port} 上答话。请先启动柜机；它没启动时可以用 sniff 直接监听。") from error
    return answer.content


def _print(report: Mapping[str, Any]) -> None:
    for line in report["lines"]:
        print(f"线路 {line['name']}（{line['board']}）")
        for spoken in line["frames"]:
            row = Row(read_time(spoken["at"]), Side(spoken["side"]), spoken["meaning"], spoken["hex"])
            print(row.as_text())
