"""The witness's commands: `python -m server witness …`. Each imports what it needs when it is called."""

import asyncio
import logging
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from server.witness.watch import Watch

commands = typer.Typer(help="见证程序：给镇纪委的电脑用，看住台账。", no_args_is_help=False, add_completion=False)
console = Console(soft_wrap=True, markup=False, emoji=False)
complaints = Console(stderr=True, soft_wrap=True, markup=False, emoji=False)

DATA = Path("gongguan-witness")
DataOption = Annotated[Path, typer.Option("--data", help="见证程序自己的数据目录。")]
REASONS = {
    400: "这个文件不是一份见证请求，或者里面的条数不对。",
    403: "检查点不是这本台账的密钥签的。三资办换过密钥的话，请先用 witness learn-key 认新公钥，再来一次。",
    404: "这不是本见证程序看的那本台账。",
    409: "这份请求不是从本见证程序记得的地方接起的。请服务器按 {known_size} 条重新导出请求。",
    422: "接不上：这份检查点不是以前那本台账的延续。没有见证，请保存好这个文件，报告镇纪委负责人。",
}


PLAIN = (
    "不加密的见证只给本机用，不能监听 {host}。请三资办执行 certify-witness，把做好的文件夹放进见证的数据目录，"
    "改名 tls，再加上 --tls；或者监听 127.0.0.1。"
)
MEMORY_LOST = (
    "这个见证记着的台账不见了。它不能接着用：忘了以前见过什么，就会给任何一本台账作证。请换一个目录和名字，"
    "用 witness init 新建一个，把新公钥交给三资办写进见证规则；旧的名字和公钥作废，并报告镇纪委负责人。"
)


@commands.callback(invoke_without_command=True)
def run_command(
    context: typer.Context,
    data: DataOption = DATA,
    host: Annotated[str, typer.Option("--host", help="监听的地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="监听的端口。")] = 8700,
    tls: Annotated[bool, typer.Option("--tls", help="用 certify-witness 做的证书，走 https。")] = False,
    silent: Annotated[int, typer.Option("--silent", min=2, help="几分钟没有动静就报警。")] = 5,
) -> None:
    """看住台账：核对、留副本、见证，出了问题就报警。"""
    if context.invoked_subcommand is not None:
        return
    from server.certificates.folder import NoCertificate
    from server.web.serving import PortTaken, is_loopback
    from server.witness.folder import WitnessFolder
    from server.witness.program import Place, serve

    if not tls and not is_loopback(host):
        _fail(PLAIN.format(host=host))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    with _opened(data, silent) as watch:
        place = Place(host, port, WitnessFolder(data).certificates if tls else None)
        try:
            asyncio.run(serve(watch, place, lambda url: console.print(f"见证 {watch.log_key.name}，页面 {url}/")))
        except PortTaken as error:
            _fail(f"{error}（--port）")
        except NoCertificate as error:
            _fail(f"证书 {error} 没有，或者读不了。请三资办执行 certify-witness，把做好的文件夹放到 {data / 'tls'}。")


@commands.command("init")
def init_command(
    name: Annotated[str, typer.Option("--name", help="见证方的名字，例如 jiwei.qingxi.example/w1。")],
    log: Annotated[str, typer.Option("--log", help="台账的验证公钥，一行。")],
    url: Annotated[str, typer.Option("--url", help="台账公布在哪里，例如 https://10.0.0.8:8000/tlog。")],
    data: DataOption = DATA,
    ca: Annotated[
        Path | None, typer.Option("--ca", exists=True, help="镇里的根证书 ca.crt，网址是 https 时要。")
    ] = None,
) -> None:
    """新建一个见证：生成它自己的密钥，打印要写进见证规则的公钥。"""
    from firmware_protocol.cosignatures import Cosigner
    from firmware_protocol.notes import MalformedNote, Signer
    from server.witness.folder import WitnessFolder, WitnessSettings

    seed = secrets.token_bytes(32)
    settings = WitnessSettings(log.strip(), url.rstrip("/"))
    try:
        signer = Signer(name, seed)
        origin = settings.log_key.name
    except MalformedNote as error:
        _fail(f"名字或台账的公钥不对（{error}）。公钥是导出的 keys.txt 里 log 那一行的后一半，整行抄来。")
    try:
        WitnessFolder(data).begin(signer, seed, settings, None if ca is None else ca.read_bytes())
    except FileExistsError:
        _fail(f"{data} 里已经有一个见证。见证的密钥不重做；要重来，请换一个目录和名字。")
    console.print(f"已新建见证 {name}，看的是 {origin}。它的公钥：")
    console.print(Cosigner.of(signer.verifier).vkey)


@commands.command("add")
def add_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="服务器导出的见证请求（优盘上的文件）。")],
    data: DataOption = DATA,
) -> None:
    """见证一份用优盘带来的请求；签名写在旁边的 .cosignature 文件里，带回服务器。"""
    from firmware_protocol.add_checkpoint import Rejected
    from firmware_protocol.notes import signature_line

    with _opened(data) as watch:
        answered = watch.add(file.read_bytes())
    if isinstance(answered, Rejected):
        _fail(REASONS[answered.status].format(known_size=answered.known_size))
    line = signature_line(answered)
    out = file.with_name(f"{file.name}.cosignature")
    out.write_text(line, encoding="utf-8")
    console.print(f"已见证，签名在 {out}，请带回服务器。")


@commands.command("learn-key")
def learn_key_command(
    file: Annotated[Path, typer.Argument(exists=True, help="台账公布的 keys 文件（优盘带来的）。")],
    data: DataOption = DATA,
) -> None:
    """台账换了密钥而这台电脑不联网：从旧密钥签字的交接里认出新公钥。"""
    with _opened(data) as watch:
        if not watch.learn(file.read_bytes()):
            _fail("这个文件里没有由现在的公钥签字交接的新公钥。请向三资办要台账目录里最新的 keys 文件。")


@contextmanager
def _opened(data: Path, silent_min: int = 5) -> Iterator["Watch"]:
    """The witness in this folder; what cannot be opened is said in a sentence."""
    from firmware_protocol.notes import MalformedNote
    from server.store.keys import KeysMissing
    from server.witness.folder import NoWitness
    from server.witness.memory import MemoryLost
    from server.witness.program import opened

    with ExitStack() as stack:
        try:
            watch = stack.enter_context(opened(data, timedelta(minutes=silent_min)))
        except (NoWitness, KeysMissing, MalformedNote):
            _fail("这个目录里没有见证，或者它的文件坏了。请先用 witness init 新建，或者换一个 --data。")
        except MemoryLost:
            _fail(MEMORY_LOST)
        yield watch


def _fail(sentence: str) -> NoReturn:
    complaints.print(sentence)
    raise typer.Exit(1)
