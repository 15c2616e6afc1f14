"""`python -m device_agent enrol --server URL --out FILE TOKEN`: this machine becomes an agent, with keys made here.

What a crash means at any step: give the same command again. The keys lie in a file of their own until the bundle is
written, and the server gives the same machine the same answer.
"""

import argparse
import json
from pathlib import Path
from threading import Event

from device_agent.bundle import parse_bundle
from device_agent.enrolling import KeysUnfit, MachineKeys, admitted, keys_file, keys_for, write_secret
from device_agent.enrolment_desk import EnrolmentDesk, NotAdmitted, Unreachable, desk_at
from device_agent.fields import FieldError
from device_agent.technician.terminal import Terminal
from firmware_protocol.enrolments import (
    Admission,
    MalformedToken,
    Terms,
    Token,
    comparison_code,
    in_groups,
    read_token,
)
from firmware_protocol.notes import Verifier

ASK_AGAIN_S = 2.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `enrol`."""
    parser.add_argument("--server", required=True, metavar="URL", help="服务器的网址，与网页上给的一样")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="凭据写到哪里，例如 hall-1.bundle.json")
    parser.add_argument("token", metavar="入网码", nargs="+", help="网页上给的入网码，大小写、空格都不要紧")


def run(chosen: argparse.Namespace) -> int:
    """Enrol; 0 with a bundle written, 1 where the server says no or somebody leaves, 2 where it cannot begin."""
    terminal = Terminal()
    try:
        token, keys = _begin(chosen)
        with desk_at(chosen.server.rstrip("/"), token.pin) as desk:
            return _enrol(terminal, desk, token, keys, chosen.out)
    except KeysUnfit as error:
        terminal.show(str(error))
        return 2
    except (NotAdmitted, Unreachable) as error:
        terminal.show(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        terminal.show("\n先到这里。用同一条命令再执行一次，从这里接着等。")
        return 1


def _begin(chosen: argparse.Namespace) -> tuple[Token, MachineKeys]:
    """The token and the keys; raises `KeysUnfit`."""
    if chosen.out.exists():
        raise KeysUnfit(f"{chosen.out} 已经有了。请先把它改名留存，或者换一个文件名。")
    try:
        token = read_token("".join(chosen.token))
    except MalformedToken:
        raise KeysUnfit("入网码不完整：应是 26 个或 52 个字母和数字。请对着网页再输一遍。") from None
    return token, keys_for(chosen.out)


def _enrol(terminal: Terminal, desk: EnrolmentDesk, token: Token, keys: MachineKeys, out: Path) -> int:
    said = keys.presentation(f"{token.secret}{token.pin}")
    terms = desk.present(said, keys.signer)
    terminal.show(_to_compare(terms, comparison_code(said, terms), terms.verifier(said.key)))
    admission = _wait(terminal, desk, terms)
    _write(admission, terms, keys, desk.authority, out)
    terminal.show(f"\n两位管理员已经确认。柜机 {terms.agent}（第 {terms.epoch} 期）的凭据在 {out}，只有本人可读。")
    if terms.epoch > 1:
        terminal.show("这是一期新的日志：请把配置里 data 指的旧文件夹改名留存，再启动柜机。")
    return 0


def _to_compare(terms: Terms, code: str, own: Verifier) -> str:
    keys = {
        "柜机公钥": own.fingerprint,
        "许可公钥": Verifier.parse(terms.permit).fingerprint,
        "台账公钥": Verifier.parse(terms.log).fingerprint,
        "根证书  ": in_groups(terms.authority) if terms.authority else "没有",
    }
    each = "\n".join(f"  {label}  {fingerprint}" for label, fingerprint in keys.items())
    return (
        f"柜机 {terms.agent}，第 {terms.epoch} 期。密钥已在这台机器上生成，不会离开这里。\n\n"
        f"    对照码  {code}\n\n{each}\n\n"
        "请两位管理员先后在网页“管理 › 柜机入网”里打开这次入网，与上面的对照码逐组核对。"
        "有一个字不一样就不要确认。确认以后这里自己往下走；按 Ctrl-C 可以离开，用同一条命令再来。"
    )


def _wait(terminal: Terminal, desk: EnrolmentDesk, terms: Terms) -> Admission:
    asking = Event()  # never set: only Ctrl-C ends the waiting early
    while True:
        try:
            admission = desk.outcome(terms)
            terminal.tick("等两位管理员核对、确认……")
        except Unreachable:
            admission = None
            terminal.tick("暂时连不上服务器，接着等……")
        if admission is not None:
            return admission
        asking.wait(ASK_AGAIN_S)


def _write(admission: Admission, terms: Terms, keys: MachineKeys, authority: str, out: Path) -> None:
    """The bundle last: as long as it is not there, the same command begins here again."""
    try:
        made = admitted(admission, terms, keys, authority)
        bundle, own = parse_bundle(made.bundle, out.parent), terms.verifier(keys.signer.verifier.public_bytes)
        if (bundle.signer.verifier, bundle.permit.vkey, bundle.log.vkey) != (own, terms.permit, terms.log):
            raise NotAdmitted("服务器给的凭据里有没核对过的公钥，或者是别的柜机的。请停下来，告诉系统管理员。")
        for name, content in made.files.items():
            write_secret(out.parent / name, content)
        write_secret(out, json.dumps(made.bundle, ensure_ascii=False, indent=2))
        keys_file(out).unlink()
    except OSError as error:
        raise KeysUnfit(f"{out} 写不了：{error.strerror}。请腾出地方，用同一条命令再执行一次。") from error
    except (FieldError, ValueError, KeyError, TypeError) as error:
        raise NotAdmitted(f"服务器给的凭据不能用：{error}。请看看两边的程序是不是同一个版本。") from error
