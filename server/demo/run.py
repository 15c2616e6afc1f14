"""`demo`: a whole township on one machine, ready in a few seconds; Ctrl-C ends all of it, the data stay."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from server.demo.cabinets import hung_cabinets
from server.demo.cast import Player
from server.demo.hardware import hardware_app
from server.demo.township import (
    AgentFiles,
    arrange_last_deposit,
    demo_roster,
    draft_last_handover,
    point_agent,
    prepare,
)
from server.settings import Settings
from server.township import now
from server.web.serving import listen
from server.wiring import Service, serving

HOST = "127.0.0.1"
AGENT_STARTS_S = 15.0
AGENT_ENDS_S = 5.0


class AgentEnded(Exception):
    """The demo's agent did not start, or ended by itself; the message says so in Chinese."""


async def run_demo(data: Path, *, port: int, kiosk_port: int, console: Console) -> None:
    """Start everything, print where it is, and stay until stopped. Port 0 means any free one."""
    kiosk_port = _kiosk_port(kiosk_port)
    roster = demo_roster(now())
    players = await asyncio.to_thread(prepare, data, roster)
    async with AsyncExitStack() as stack:
        cabinets = stack.enter_context(hung_cabinets((data / "serial").absolute()))
        mounts = {"/demo/hardware": hardware_app(cabinets)}
        settings = Settings(broker="embedded", broker_port=0)
        service = await stack.enter_async_context(serving(data, host=HOST, port=port, settings=settings, mounts=mounts))
        await asyncio.to_thread(arrange_last_deposit, service.township, roster)
        await asyncio.to_thread(draft_last_handover, service.township, roster)
        agent = point_agent(service, data, kiosk_port, players)
        process = await stack.enter_async_context(_agent_running(agent))
        await _until_kiosk_answers(process, kiosk_port)
        _tell(console, service, f"http://{HOST}:{kiosk_port}", players)
        await _until_either_ends(service, process)


@asynccontextmanager
async def _agent_running(agent: AgentFiles) -> AsyncIterator[Process]:
    """The agent in a process of its own, as on its own machine; asked to end, then made to.

    It has its own process group: Ctrl-C at the terminal reaches the demo alone, which then ends things in order. It
    ends with its standard input too, so that a demo that was killed leaves nothing behind.
    """
    command = (sys.executable, "-m", "device_agent", "--config", str(agent.configuration), "--until-input-ends")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, start_new_session=True)
    try:
        yield process
    finally:
        await _end(process)


def _kiosk_port(port: int) -> int:
    """The port itself if it is free, any free one for 0; raises `PortTaken`."""
    with closing(listen(HOST, port)) as listener:
        taken: int = listener.getsockname()[1]
    return taken


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), AGENT_ENDS_S)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _until_kiosk_answers(process: Process, port: int) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(AGENT_STARTS_S):
            while process.returncode is None:
                try:
                    _, writer = await asyncio.open_connection(HOST, port)
                except OSError:
                    await asyncio.sleep(0.02)
                else:
                    writer.close()
                    return
    raise AgentEnded("柜机没有启动，原因见上面的输出。")


async def _until_either_ends(service: Service, process: Process) -> None:
    """Stay until the web service is told to stop; raises `AgentEnded` where the agent ends by itself."""
    ended = asyncio.create_task(process.wait())
    stopped = asyncio.create_task(service.until_stopped())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    has_ended = ended.done()
    service.stop()
    await stopped
    ended.cancel()
    if has_ended:
        raise AgentEnded("柜机自己结束了，原因见上面的输出。")


def _tell(console: Console, service: Service, kiosk_url: str, players: tuple[Player, ...]) -> None:
    table = Table("姓名", "职务", "单位", "手机号（登录名）", "登录密码", "门卡", "开柜密码")
    for player in players:
        table.add_row(
            player.name, player.title, player.unit, player.phone, player.password, player.card or "—", player.pin
        )
    console.print(table)
    console.print(f"网页       {service.url}")
    console.print(f"柜前屏幕   {kiosk_url}")
    console.print(f"柜体       {service.url}/demo/hardware/   拉门、关门、取放东西，也可以卡住锁舌、撬门、剪断线路")
    console.print(f"可以先试   {service.url}/handovers   最后一个社还没进柜：到柜前存入或在网页上清点，三个人签字")
    console.print(f"日志公钥   {service.township.keys.log.verifier.fingerprint}")
    console.print("按 Ctrl-C 结束；再次启动，数据还在。")
