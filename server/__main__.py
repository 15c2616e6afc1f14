"""The operator's commands: `python -m server …`. Each imports what it needs when it is called, and nothing before."""

import asyncio
import gc
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console

from server.custody.refusals import Refused
from server.ledger.forks import LogDamaged, LogForked
from server.operate.agent_commands import add_agent_command, enrol_agent_command, revoke_agent_command
from server.operate.auditor_commands import export_log_command, verify_receipt_command
from server.operate.backup_commands import backup_command, restore_command
from server.operate.certificate_commands import broker_config_command, certify_witness_command, make_ca_command
from server.operate.erasing_commands import erase_person_command
from server.operate.rotating_commands import rotate_key_command
from server.operate.service_log import log_to_stderr
from server.operate.stick_commands import export_checkpoint_command, take_cosignature_command
from server.operate.terminal import DATA, complaints, fail
from server.store.folder import NotFounded
from server.store.gap import OutOfTurn
from server.store.keys import KeyFollowed
from server.witness.commands import commands as witness_commands

R = TypeVar("R")
PIPE_WIDTH = 600
"""Columns for tables that go to a file or another program, which have no width of their own."""

app = typer.Typer(
    help="共管：镇级共管柜的服务器。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, markup=False, emoji=False)

DataOption = Annotated[Path, typer.Option("--data", help="数据目录：数据库、密钥、附件都在里面。")]


@contextmanager
def _importing() -> Iterator[None]:
    """Hold the garbage collector back: imports leave no garbage, and looking for it takes a third of their time."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def _granted(answer: R | Refused) -> R:
    """What a use case answered; the command ends with the sentence of one that refused."""
    if isinstance(answer, Refused):
        fail(answer.sentence)
    return answer


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="镇里的名册工作簿（.xlsx）。")],
    data: DataOption = DATA,
    check: Annotated[bool, typer.Option("--check", help="只检查，不写入。")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过有错误的行，导入其余的。")] = False,
    problems: Annotated[Path | None, typer.Option("--problems", help="把问题表另存为 CSV。")] = None,
    wiring: Annotated[Path | None, typer.Option("--wiring", help="按《共管柜》表写一份柜机接线配置草稿。")] = None,
) -> None:
    """导入名册：柜子、合作社、人员、印章、合同、凭证。有错误的行会列成一张表。"""
    with _importing():
        from server.documents.workbook import UnreadableWorkbook
        from server.operate.import_workbook import run_import, write_wiring

    try:
        went_in = run_import(file, data, check=check, skip_bad=skip_bad, problems_file=problems, console=console)
        if wiring is not None:
            write_wiring(file, wiring, None)
    except UnreadableWorkbook as error:
        fail(str(error))
    if not went_in:
        raise typer.Exit(1)


@app.command("invite")
def invite_command(
    data: DataOption = DATA,
    phone: Annotated[str | None, typer.Option("--phone", help="管理员的手机号。")] = None,
    name: Annotated[str | None, typer.Option("--name", help="名册里没有的人：连同姓名登记为系统管理员。")] = None,
    township: Annotated[str | None, typer.Option("--township", help="镇名，仅在还没有导入名册时需要。")] = None,
) -> None:
    """给第一位管理员一个一次性开通码，用来设置密码。"""
    with _importing():
        from server.township import found, is_founded, opened
        from server.usecases.invite import Invite, invite

    if not is_founded(data):
        if township is None:
            fail("这个数据目录还是空的。请先导入名册，或者加上 --township 镇名。")
        found(data, township)
    with opened(data, is_guest=True) as opened_township:
        answer = _granted(opened_township.writer.run_now(invite, Invite(phone=phone, name=name)))
    console.print(f"{answer.name} 的开通码：{answer.code}")
    console.print(f"在登录页点“用开通码开通”，{answer.expires_at:%Y-%m-%d %H:%M} 前有效，只能用一次。")


@app.command("verify")
def verify_command(data: DataOption = DATA) -> None:
    """核验台账：逐条核对签名、编号、日志树，并与数据库比对。"""
    with _importing():
        from server.operate.show_verdict import run_verify

    if not run_verify(data, console):
        raise typer.Exit(1)


@app.command("seed")
def seed_command(
    data: Annotated[Path, typer.Option("--data", help="一个还不存在、或者空的目录。")],
    scale: Annotated[bool, typer.Option("--scale", help="按规模造数；现在只有这一种，必须写明。")] = False,
    entries: Annotated[int, typer.Option("--entries", min=0, help="台账大约多少条。")] = 10_000_000,
    items: Annotated[int, typer.Option("--items", min=1000, help="多少件保管物。")] = 50_000,
) -> None:
    """造一个只用来测量快慢的镇：人和事都是编的，不能当真镇用；不往已有数据的目录里写。"""
    with _importing():
        from server.operate.show_seeding import run_seed

    if (trouble := run_seed(data, entries, items, console, is_meant=scale)) is not None:
        fail(trouble)


@app.command("serve")
def serve_command(
    data: DataOption = DATA,
    host: Annotated[str, typer.Option("--host", help="监听的地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="监听的端口。")] = 8000,
    tls: Annotated[bool, typer.Option("--tls", help="用 make-ca 做的证书，走 https。")] = False,
) -> None:
    """启动服务：网页、接口、与柜机的连接。"""
    _leave_when_told()
    log_to_stderr()
    with _importing():
        from server.certificates.folder import NoCertificate
        from server.web.serving import PortTaken, is_loopback

    if not tls and not is_loopback(host):
        fail(f"不加密的网页只给本机用，不能监听 {host}。请先执行 make-ca 做证书，再加上 --tls；或者监听 127.0.0.1。")
    try:
        asyncio.run(_serve(data, host, port, tls=tls))
    except PortTaken as error:
        fail(f"{error}（--port）")
    except NoCertificate as error:
        fail(f"证书 {error} 没有，或者读不了。请先执行 make-ca，写上服务器的域名和地址。")


async def _serve(data: Path, host: str, port: int, *, tls: bool) -> None:
    with _importing():
        from server.wiring import serving

    async with serving(data, host=host, port=port, tls=tls) as service:
        console.print(f"{service.url}   日志公钥 {service.township.keys.log.verifier.fingerprint}")
        if gap := service.township.gap:
            console.print(f"比公布过的台账少 {gap} 条柜前的记录，等柜机补上来；补齐以前只收柜机的记录，不办别的。")
        await service.until_stopped()


@app.command("demo")
def demo_command(
    port: Annotated[int, typer.Option("--port", help="网页的端口；0 为任意空闲端口。")] = 8000,
    kiosk_port: Annotated[int, typer.Option("--kiosk-port", help="柜前触摸屏的端口；0 为任意空闲端口。")] = 8600,
    data: DataOption = Path("demo-data"),
) -> None:
    """启动一个演示镇：服务器、柜机、两组仿真柜子。"""
    _leave_when_told()
    with _importing():
        from server.demo.run import AgentEnded, run_demo
        from server.web.serving import PortTaken

    log_to_stderr()
    try:
        asyncio.run(run_demo(data, port=port, kiosk_port=kiosk_port, console=console))
    except PortTaken as error:
        fail(f"{error}（--port，--kiosk-port）")
    except AgentEnded as error:
        fail(str(error))


app.add_typer(witness_commands, name="witness")
app.command("add-agent")(add_agent_command)
app.command("enrol-agent")(enrol_agent_command)
app.command("revoke-agent")(revoke_agent_command)
app.command("make-ca")(make_ca_command)
app.command("certify-witness")(certify_witness_command)
app.command("broker-config")(broker_config_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("erase-person")(erase_person_command)
app.command("rotate-key")(rotate_key_command)
app.command("export-log")(export_log_command)
app.command("verify-receipt")(verify_receipt_command)
app.command("export-checkpoint")(export_checkpoint_command)
app.command("take-cosignature")(take_cosignature_command)


def _leave_when_told() -> None:
    """From the first moment on, and not only once the web service listens to signals: close what is open, answer 0."""

    def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)


STOPPED: Mapping[type[Exception], str] = {
    NotFounded: "这个数据目录里还没有镇的数据。请先导入名册：python -m server import 名册.xlsx --data 目录",
    LogForked: (
        "数据库里的台账与已经公布的不是同一本，为免出现两本台账，程序没有启动。可能是放回了旧的备份，也可能有人改过数据。"
        "请保留现场，用 python -m server verify 核验，并请镇纪委到场核对。（{error}）"
    ),
    LogDamaged: (
        "公布的台账缺了文件，或者文件坏了、被改过，为免出现两本台账，程序没有启动。请保留现场，"
        "用 python -m server verify 看是哪里，把这些文件从备份、见证的镜像或者导出的台账里照原样补回数据目录的 log 里，"
        "再启动。没有完整的一份，请镇纪委到场核对。（{error}）"
    ),
    KeyFollowed: (
        "数据目录 keys 里的 {error} 不是台账里最后换上的那一把，像是从以前的备份里放回来的。旧密钥签的没有人认，"
        "所以程序没有启动，什么也没有写。请把换密钥以后备份的 keys 文件夹照原样放回来，再启动；没有了，请联系技术人员。"
    ),
    OutOfTurn: (
        "没有办成：服务器刚从备份恢复，要先等柜机把后来的记录送回来，别的事现在办不了。"
        "请启动服务，让柜机开着、连着网，补齐以后再执行一次。"
    ),
}
"""What any command may find the data in, and what is said then."""


def main() -> None:
    """Run the command line; the console script `gongguan`."""
    try:
        app()
    except tuple(STOPPED) as error:
        complaints.print(STOPPED[type(error)].format(error=error))
        sys.exit(1)


if __name__ == "__main__":
    main()
