"""The commands that make certificates for the township's network."""

from pathlib import Path
from typing import Annotated

import typer

from server.operate.terminal import DATA, console, fail

DataOption = Annotated[Path, typer.Option("--data", help="数据目录。")]


def make_ca_command(
    names: Annotated[
        list[str] | None, typer.Argument(help="服务器的域名和地址，最常用的写第一个；再次执行可以不写。")
    ] = None,
    data: DataOption = DATA,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="网页的端口，印在说明页上。")] = 8000,
) -> None:
    """做镇里自己的根证书、服务器证书和一页安装说明；快到期了再执行一次，换一张服务器证书。"""
    from server.operate.make_ca import make_ca, url_host, write_guide
    from server.settings import Settings
    from server.store.folder import DataFolder
    from server.township import now

    settings = Settings()
    try:
        made = make_ca(DataFolder(data, settings.database_url), tuple(names or ()), now())
        write_guide(made, settings.public_address or f"https://{url_host(made.names[0])}:{port}", now())
    except (LookupError, ValueError, OSError) as error:
        fail(_why_not(error, data))
    ends = f"{made.server.certificate.not_valid_after_utc:%Y-%m-%d}"
    console.print(f"根证书{'做好了' if made.is_new_authority else '没有动'}，SHA-256 指纹：{made.fingerprint}")
    console.print(
        f"服务器证书{'做好了' if made.is_new_certificate else '还好用'}：{'，'.join(made.names)}，{ends} 到期。"
    )
    console.print(f"安装说明在 {made.guide}，打印出来贴在柜台边。启动：python -m server serve --tls --host 0.0.0.0")


def certify_witness_command(
    names: Annotated[list[str], typer.Argument(help="见证那台电脑的域名或地址。")],
    target: Annotated[Path, typer.Option("--to", help="写到哪个文件夹；里面有密钥，拷完请删掉。")],
    data: DataOption = DATA,
) -> None:
    """给别的办公室的见证程序做一张证书，好让服务器走 https 找它；快到期了再做一次。"""
    from server.operate.certify_witness import certify_witness
    from server.store.folder import DataFolder
    from server.township import now

    try:
        made = certify_witness(DataFolder(data), tuple(names), target, now())
    except (LookupError, ValueError, OSError) as error:
        fail(_why_not(error, data))
    console.print(f"证书在 {target}，{made.not_valid_after_utc:%Y-%m-%d} 到期。")
    console.print("请把整个文件夹拷到那台电脑上，放进见证的数据目录，改名 tls，再启动：")
    console.print("python -m server witness --tls --host 0.0.0.0")


def broker_config_command(
    target: Annotated[Path, typer.Argument(help="写到哪个文件夹；里面会有密钥，拷完请删掉。")],
    names: Annotated[
        list[str] | None, typer.Option("--name", help="消息代理的域名或地址；不写就与服务器的一样。")
    ] = None,
    data: DataOption = DATA,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="消息代理的端口。")] = 8883,
    at: Annotated[str, typer.Option("--at", help="这些文件在消息代理的机器上放在哪里。")] = "/etc/mosquitto/gongguan",
) -> None:
    """写出 Mosquitto 的全部配置：加密的监听、主题规则、每台柜机一张证书；登记或停用了柜机就再执行一次。"""
    from server.operate.broker_config import BrokerPlan, write_broker_config
    from server.settings import Settings
    from server.store.folder import DataFolder
    from server.township import now

    plan = BrokerPlan(names=tuple(names or ()), port=port, at=at)
    try:
        written = write_broker_config(DataFolder(data, Settings().database_url), target, plan, now())
    except (LookupError, ValueError, OSError) as error:
        fail(_why_not(error, data))
    console.print(f"消息代理的配置在 {written.broker}，拷到它的机器上 {at} 里；说明见 deploy/mosquitto/README.md。")
    for agent, folder in written.agents.items():
        console.print(f"柜机 {agent} 的证书在 {folder}，拷到柜机配置旁边。")
    console.print(
        f"服务器的环境变量在 {written.environment}。最早的证书 {written.ends:%Y-%m-%d} 到期，前两个月内再执行一次。"
    )
    if written.revoked:
        console.print(f"作废的证书：{'，'.join(written.revoked)}。")


def _why_not(error: Exception, data: Path) -> str:
    from server.certificates.authority import NotPermitted
    from server.certificates.folder import NoCertificate
    from server.operate.certify_witness import OurOwnName
    from server.operate.make_ca import NoNames

    match error:
        case OurOwnName():
            return f"{error} 是服务器自己的名字：拿到这张证书的人能冒充服务器。请写见证那台电脑的域名或地址。"
        case NoNames():
            return "还不知道服务器叫什么。请写上大家打开网页用的域名或地址，例如：make-ca gongguan.lan 10.0.0.8"
        case NotPermitted():
            return f"根证书不管 {error} 这个名字。要用它，请把 {data / 'tls'} 改名留存，再做一次；手机要重新装。"
        case NoCertificate():
            return (
                f"{error} 没有，或者与密钥对不上。没做过证书的，请先执行 make-ca；做过的，请从备份里取回 tls 文件夹。"
            )
        case OSError():
            return f"{error.filename or data} 读不了或写不了：{error.strerror}。"
        case _:
            return "名字里有不能用的字。域名只用英文字母、数字、点和连字符；中文域名请写它的 xn-- 形式。"
