"""The bundle: the one file that makes this machine an agent of a township.

`python -m server add-agent` writes it, somebody carries it here, only its owner may read it (0600). JSON::

    {"agent":"hall-1","epoch":1,"private_key":"<base64, 32 bytes>","origin":"…","permit_vkey":"…","log_vkey":"…",
     "server_url":"http://…","broker":{"host":"…","port":1884,"username":"…","password":"…","tls_ca":"…"}}
"""

import base64
import binascii
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from device_agent.fields import FieldError, Fields
from firmware_protocol.notes import MalformedNote, Signer, Verifier

_URL = re.compile(r"https?://[^\s/]+(/\S*)?")
_EPOCH_MAX = 1_000_000


class BundleError(Exception):
    """The bundle cannot be used; the message says why in Chinese."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the MQTT broker listens and what it knows this agent by; `tls_ca` is a PEM file, None without TLS."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls_ca: Path | None


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


def read_bundle(path: Path) -> Bundle:
    """Read and check the bundle; raises `BundleError`, also when others may read the file."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BundleError(f"{path} 里有密钥，但别人也能读。请先执行：chmod 600 {path}")
        fields = json.loads(path.read_text(encoding="utf-8"))
        return parse_bundle(fields, path.parent)
    except OSError as error:
        raise BundleError(f"读不到柜机凭据 {path}：{error.strerror}。请用 add-agent 生成后拷到这里。") from error
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
    )
    fields.finish()
    return bundle


def _private_key(fields: Fields) -> bytes:
    try:
        return base64.b64decode(fields.text("private_key"), validate=True)
    except binascii.Error as error:
        raise FieldError("凭据里的“private_key”不是 base64。") from error


def _verifier(fields: Fields, name: str) -> Verifier:
    try:
        return Verifier.parse(fields.text(name))
    except MalformedNote as error:
        raise FieldError(f"凭据里的“{name}”不是一把验证公钥。") from error


def _broker(fields: Fields, folder: Path) -> Broker:
    broker = Broker(
        host=fields.text("host"),
        port=fields.number("port", 1, 65535),
        username=fields.text("username"),
        password=fields.text("password"),
        tls_ca=folder / fields.text("tls_ca") if fields.has("tls_ca") else None,
    )
    fields.finish()
    return broker
