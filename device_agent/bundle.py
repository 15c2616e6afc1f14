"""The bundle: the one file that makes this machine an agent of a township.

`enrol` writes it here with keys made here; or `python -m server add-agent` writes it and somebody carries it here. Only
its owner may read it (0600). JSON::

    {"agent":"hall-1","epoch":1,"private_key":"<base64, 32 bytes>","origin":"…","permit_vkey":"…","log_vkey":"…",
     "server_url":"http://…","broker":{"host":"…","port":1884,"username":"…","password":"…","tls_ca":"…"},
     "trust":"log","checkpoint":"gongguan.example/…","policy":"witness …"}

`trust` is what a permit needs here to open anything (`permit_checks.TrustLevel`), fixed when the agent is added;
`checkpoint` is the log's head at that moment; `policy` says which cosignatures make a head a witnessed one.
An enrolled machine's bundle may name files beside it: `server_ca` vouches for the server's pages (without it the
broker's `tls_ca` does), `tls_certificate` and `tls_key` of the broker are what it shows there.
While the agent changes its key there are `next_key`, then `former_key` and `rotated_seq` (`key_file`).
"""

import base64
import binascii
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from device_agent.fields import FieldError, Fields
from firmware_protocol.key_changes import KeyHistory
from firmware_protocol.log_heads import read_head
from firmware_protocol.log_policy import MalformedPolicy, Policy, parse_policy
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, Verifier
from firmware_protocol.permit_checks import TrustLevel

_URL = re.compile(r"https?://[^\s/]+(/\S*)?")
_EPOCH_MAX, _SEQ_MAX = 1_000_000, 2**53


class BundleError(Exception):
    """The bundle cannot be used; the message says why in Chinese."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the MQTT broker listens and what it knows this agent by.

    `tls_ca` is a PEM file, None without TLS; `certificate` and its key are shown to a broker that asks for them.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls_ca: Path | None
    certificate: tuple[Path, Path] | None = None


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """What the server's documents are checked with: `permit` signs all of them but the log's heads, `log` those.

    `first` is the log's head when this agent was added, as signed; None: the first that is shown is believed.
    """

    permit: Verifier
    log: Verifier
    first: bytes | None = None

    @property
    def history(self) -> KeyHistory:
        """These two, which nobody has followed yet."""
        return KeyHistory.of(self.permit, self.log)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Who this agent is and whom it believes. `signer` signs entries; `permit` signs what the server tells us."""

    agent: str
    epoch: int
    origin: str
    signer: Signer = field(repr=False)
    permit: Verifier
    log: Verifier
    server_url: str
    broker: Broker
    level: TrustLevel = "log"
    checkpoint: bytes | None = None
    policy: Policy = field(default_factory=Policy)
    server_ca: Path | None = None
    former: Signer | None = field(default=None, repr=False)
    rotated_seq: int = 0
    is_rotating: bool = False

    @property
    def pages_ca(self) -> Path | None:
        """Who vouches for the server's pages: a PEM file, None for the system's authorities."""
        return self.server_ca or self.broker.tls_ca

    @property
    def signers(self) -> tuple[Signer, ...]:
        """What messages are signed with: until the server knows the key, the one before it signs too."""
        return (self.signer,) if self.former is None else (self.signer, self.former)

    @property
    def keys(self) -> ServerKeys:
        """What the server's documents are checked with."""
        return ServerKeys(self.permit, self.log, self.checkpoint)


def read_bundle(path: Path) -> Bundle:
    """Read and check the bundle; raises `BundleError`, also when others may read the file."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BundleError(f"{path} 里有密钥，但别人也能读。请先执行：chmod 600 {path}")
        fields = json.loads(path.read_text(encoding="utf-8"))
        return parse_bundle(fields, path.parent)
    except OSError as error:
        raise BundleError(
            f"读不到柜机凭据 {path}：{error.strerror}。请先让柜机入网（enrol），或者用 add-agent 生成后拷到这里。"
        ) from error
    except (ValueError, FieldError) as error:
        raise BundleError(f"柜机凭据 {path} 不能用：{error}") from error


def parse_bundle(document: Mapping[str, Any], folder: Path) -> Bundle:
    """Turn the parsed JSON into a `Bundle`; raises `FieldError` or `ValueError`."""
    fields = Fields(document, "")
    agent, origin = fields.text("agent"), fields.text("origin")
    bundle = Bundle(
        agent=agent,
        epoch=fields.number("epoch", 1, _EPOCH_MAX),
        origin=origin,
        signer=Signer(f"{origin}/agent/{agent}", _private_key(fields)),
        permit=_verifier(fields, "permit_vkey"),
        log=_verifier(fields, "log_vkey"),
        server_url=fields.word("server_url", _URL, "http:// 或 https:// 开头的地址").rstrip("/"),
        broker=_broker(fields.table("broker"), folder),
        level=_level(fields),
        checkpoint=_checkpoint(fields, _verifier(fields, "log_vkey")),
        policy=_policy(fields),
        server_ca=folder / fields.text("server_ca") if fields.has("server_ca") else None,
        former=_former(fields, f"{origin}/agent/{agent}"),
        rotated_seq=fields.number("rotated_seq", 1, _SEQ_MAX) if fields.has("rotated_seq") else 0,
        is_rotating=fields.has("next_key") and bool(fields.text("next_key")),
    )
    fields.finish()
    return bundle


def _private_key(fields: Fields, name: str = "private_key") -> bytes:
    try:
        return base64.b64decode(fields.text(name), validate=True)
    except binascii.Error as error:
        raise FieldError(f"凭据里的“{name}”不是 base64。") from error


def _former(fields: Fields, name: str) -> Signer | None:
    return Signer(name, _private_key(fields, "former_key")) if fields.has("former_key") else None


def _verifier(fields: Fields, name: str) -> Verifier:
    try:
        return Verifier.parse(fields.text(name))
    except MalformedNote as error:
        raise FieldError(f"凭据里的“{name}”不是一把验证公钥。") from error


def _level(fields: Fields) -> TrustLevel:
    level = fields.one_of("trust", get_args(TrustLevel)) if fields.has("trust") else "log"
    if level == "quorum" and not fields.has("policy"):
        raise FieldError("“trust”是 quorum 时，凭据里要有“policy”：哪些见证才算数。")
    return cast("TrustLevel", level)


def _checkpoint(fields: Fields, log_key: Verifier) -> bytes | None:
    note = fields.text("checkpoint").encode() if fields.has("checkpoint") else None
    try:
        return None if note is None else read_head(note, log_key).note
    except (MalformedNote, UnverifiedNote) as error:
        raise FieldError("凭据里的“checkpoint”不是这本台账的检查点。") from error


def _policy(fields: Fields) -> Policy:
    try:
        return parse_policy(fields.text("policy")) if fields.has("policy") else Policy()
    except MalformedPolicy as error:
        raise FieldError(f"凭据里的“policy”看不懂：{error}") from error


def _broker(fields: Fields, folder: Path) -> Broker:
    broker = Broker(
        host=fields.text("host"),
        port=fields.number("port", 1, 65535),
        username=fields.text("username"),
        password=fields.text("password"),
        tls_ca=folder / fields.text("tls_ca") if fields.has("tls_ca") else None,
        certificate=_certificate(fields, folder) if fields.has("tls_certificate") else None,
    )
    fields.finish()
    return broker


def _certificate(fields: Fields, folder: Path) -> tuple[Path, Path]:
    return folder / fields.text("tls_certificate"), folder / fields.text("tls_key")
