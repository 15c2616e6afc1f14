"""`python -m device_agent --config FILE`: the agent beside the cabinets, until SIGTERM or Ctrl-C.

`python -m device_agent enrol --server URL --out FILE TOKEN` makes this machine an agent, with keys made here.
`python -m device_agent commission --config FILE` proves a cabinet door by door and writes its configuration;
`check` proves it again later without opening anything. `sniff` and `frames` tell what is said on a line.
"""

import argparse
import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn

from device_agent.bundle import Bundle, BundleError
from device_agent.configuration import Configuration, ConfigurationError, read_configuration
from device_agent.journal import JournalError
from device_agent.kiosk.application import create_application
from device_agent.kiosk.diagnosis import Diagnosis
from device_agent.service import Service
from device_agent.technician import check, commission, enrol, frames, rotate_key, sniff
from device_agent.tls import with_tls

HOST = "127.0.0.1"
FAREWELL_S = 2


class KioskServer(uvicorn.Server):
    """uvicorn without its own signal handling: the agent ends in its own order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


class Command(NamedTuple):
    """One of the technician's commands."""

    purpose: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "sniff": Command("听一条线上说些什么，只听不说", sniff.add_arguments, sniff.run),
    "frames": Command("看柜机每条线最近的 200 条报文，柜机不用停", frames.add_arguments, frames.run),
    "enrol": Command("入网：在这台柜机上生成密钥，与服务器核对，写出凭据", enrol.add_arguments, enrol.run),
    "rotate-key": Command("换这台柜机自己的密钥：先停柜机，换好再启动", rotate_key.add_arguments, rotate_key.run),
    "commission": Command("验收一个柜子：逐格开一次、对号、写出配置和报告", commission.add_arguments, commission.run),
    "check": Command("现场检查：什么都不打开，看板、门、时钟、网络是否都好", check.add_arguments, check.run),
}
"""Without one of these words, the agent runs."""


def main() -> int:
    """Run the agent, or one command; the exit code. The agent: 0 after an ordinary end, 2 when it cannot start."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    return _command(word, sys.argv[2:]) if word in COMMANDS else _agent()


def _command(word: str, arguments: list[str]) -> int:
    command = COMMANDS[word]
    parser = argparse.ArgumentParser(prog=f"python -m device_agent {word}", description=f"{command.purpose}。")
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


def _agent() -> int:
    told = "；".join(f"{word} {command.purpose}" for word, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m device_agent", description="共管柜的柜机程序。", epilog=f"技术员的命令：{told}。"
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="柜机配置（TOML）")
    parser.add_argument("--until-input-ends", action="store_true", help="标准输入结束时也结束（由演示程序启动时用）")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        configuration = read_configuration(arguments.config)
        bundle = with_tls(rotate_key.settled_bundle(configuration), configuration.tls)
        _check_match(configuration, bundle)
        asyncio.run(run(configuration, bundle, until_input_ends=arguments.until_input_ends))
    except (ConfigurationError, BundleError, JournalError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def run(configuration: Configuration, bundle: Bundle, *, until_input_ends: bool = False) -> None:
    """Serve until the first SIGTERM or SIGINT, or until standard input ends.

    Raises `JournalError` or `ConfigurationError` when it cannot start.
    """
    listener = _listen(configuration.kiosk_port)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if until_input_ends:
        asyncio.get_running_loop().add_reader(sys.stdin, stopping.set)
    service = Service(configuration, bundle)
    server = KioskServer(_uvicorn(service))
    service.start()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    print(f"柜机 {configuration.agent} 已启动，屏幕地址 http://{HOST}:{listener.getsockname()[1]}", flush=True)
    await asyncio.wait([serving, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await service.stop()
    await serving


def _uvicorn(service: Service) -> uvicorn.Config:
    return uvicorn.Config(
        create_application(service.kiosk, Diagnosis(service.health, service.metrics, service.line_report)),
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL_S,
    )


def _listen(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named: without it every touch is answered 40 ms later.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise ConfigurationError(f"屏幕端口 {port} 用不了：{error.strerror}。请换一个 [kiosk] port。") from error
    listener.listen()
    return listener


def _check_match(configuration: Configuration, bundle: Bundle) -> None:
    if configuration.agent != bundle.agent:
        raise ConfigurationError(f"配置是柜机 {configuration.agent} 的，凭据却是 {bundle.agent} 的。请核对。")


if __name__ == "__main__":
    sys.exit(main())
