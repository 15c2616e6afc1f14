"""The commands by which machines become agents, and cease to be."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, TypeVar

import typer

from firmware_protocol.permit_checks import TrustLevel
from server.cabinets import EMBEDDED_BROKER_PORT
from server.custody.refusals import Refused
from server.operate.terminal import DATA, console, fail

if TYPE_CHECKING:
    from server.usecases.open_enrolment import EnrolmentOpened
    from server.usecases.register_agent import AgentPlan

R = TypeVar("R")

AgentArgument = Annotated[str, typer.Argument(help="柜机的名字，例如 hall-1。")]
DataOption = Annotated[Path, typer.Option("--data", help="数据目录：数据库、密钥、附件都在里面。")]
CabinetsOption = Annotated[str, typer.Option("--cabinets", help="它驱动的柜号，逗号隔开：CAB-01,CAB-02。")]
UrlOption = Annotated[str, typer.Option("--server-url", help="柜机访问服务器的网址。")]
BrokerHostOption = Annotated[str, typer.Option("--broker-host", help="消息代理的地址。")]
BrokerPortOption = Annotated[int, typer.Option("--broker-port", help="消息代理的端口。")]
TrustOption = Annotated[TrustLevel, typer.Option("--trust", help="开柜凭什么。")]
PolicyOption = Annotated[Path | None, typer.Option("--policy", exists=True, help="quorum 要的见证规则。")]


def add_agent_command(
    agent: AgentArgument,
    cabinets: CabinetsOption,
    server_url: UrlOption,
    out: Annotated[Path, typer.Option("--out", help="凭据文件写到哪里。拷到柜机后请删除这一份。")],
    data: DataOption = DATA,
    broker_host: BrokerHostOption = "127.0.0.1",
    broker_port: BrokerPortOption = EMBEDDED_BROKER_PORT,
    broker_ca: Annotated[str | None, typer.Option("--broker-ca", help="消息代理的 CA 证书在柜机上的路径。")] = None,
    trust: TrustOption = "log",
    policy: PolicyOption = None,
) -> None:
    """登记一台柜机，写出它的凭据文件（含密钥，只有本人可读）；柜机连得上服务器的，用 enrol-agent 更好。"""
    from server.township import opened, with_head
    from server.usecases.add_agent import add_agent

    plan = _plan(agent, cabinets, server_url, (broker_host, broker_port, broker_ca), (trust, policy))
    with _bundle_file(out) as file, opened(data, is_guest=True) as township:
        answer = _granted(township.writer.run_now(add_agent, plan))
        json.dump(with_head(township, answer.bundle), file, ensure_ascii=False, indent=2)
    console.print(f"柜机 {answer.agent} 已登记（第 {answer.epoch} 期），凭据在 {out}。它的见证公钥：{answer.witness}")


def enrol_agent_command(
    agent: AgentArgument,
    cabinets: CabinetsOption,
    server_url: UrlOption,
    data: DataOption = DATA,
    broker_host: BrokerHostOption = "127.0.0.1",
    broker_port: BrokerPortOption = EMBEDDED_BROKER_PORT,
    trust: TrustOption = "log",
    policy: PolicyOption = None,
) -> None:
    """开放一台柜机入网：给出一次性的入网码；密钥由柜机自己生成，两位管理员在网页上核对过才登记。"""
    opened = _open(data, _plan(agent, cabinets, server_url, (broker_host, broker_port, None), (trust, policy)))
    console.print(f"柜机 {opened.agent} 可以入网了，{opened.expires_at:%H:%M} 前有效，只能用一次。在柜机上执行：")
    console.print(opened.command)
    _show_code(opened.command)
    console.print("然后请系统管理员、安全管理员在网页“管理 › 柜机入网”里各核对一次对照码。")


def revoke_agent_command(agent: AgentArgument, data: DataOption = DATA) -> None:
    """停用一台柜机：账号、凭条、许可马上作废。再登记一次就重新启用，用新的密钥和纪元。"""
    from server.township import opened
    from server.usecases.revoke_agent import RevokeAgent, revoke_agent

    with opened(data, is_guest=True) as township:
        answer = _granted(township.writer.run_now(revoke_agent, RevokeAgent(agent=agent)))
    console.print(f"柜机 {answer.agent} 已停用，等在那里的 {answer.permits} 份许可已作废。")


def _open(data: Path, plan: "AgentPlan") -> "EnrolmentOpened":
    from server.certificates.folder import CertificateFolder
    from server.certificates.serving import own_authority
    from server.store.folder import DataFolder
    from server.township import opened
    from server.usecases.open_enrolment import OpenEnrolment, open_enrolment

    authority = own_authority(CertificateFolder(DataFolder(data).tls))
    asked = OpenEnrolment(by=None, plan=plan, authority="" if authority is None else authority.sha256)
    with opened(data, is_guest=True) as township:
        return _granted(township.writer.run_now(open_enrolment, asked))


def _show_code(text: str) -> None:
    """For a phone's camera, where somebody looks at a screen."""
    import segno

    if sys.stdout.isatty():
        segno.make(text, error="l", micro=False).terminal(compact=True)


def _plan(
    agent: str,
    cabinets: str,
    server_url: str,
    broker: tuple[str, int, str | None],
    level: tuple[TrustLevel, Path | None],
) -> "AgentPlan":
    """What the options ask for. `broker` is host, port and the path of its authority there, `level` with its policy."""
    from server.usecases.register_agent import AgentPlan

    trust, policy = level
    return AgentPlan(
        agent=agent,
        cabinets=tuple(filter(None, map(str.strip, cabinets.split(",")))),
        server_url=server_url,
        broker_host=broker[0],
        broker_port=broker[1],
        tls_ca=broker[2],
        trust=trust,
        policy=None if policy is None else policy.read_text(encoding="utf-8"),
    )


@contextmanager
def _bundle_file(path: Path) -> Iterator[TextIO]:
    """A new file that only its owner may read; gone again unless the block ends well.

    It is opened before the agent is registered: one that cannot be written leaves no agent whose only key is lost.
    """
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except OSError as error:
        fail(f"凭据文件 {path} 写不了：{error.strerror}。请换一个还不存在的文件名。")
    try:
        with file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _granted(answer: R | Refused) -> R:
    """What a use case answered; the command ends with the sentence of one that refused."""
    if isinstance(answer, Refused):
        fail(answer.sentence)
    return answer
