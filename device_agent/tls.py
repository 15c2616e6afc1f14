"""Whom this agent believes on the network, and what it shows a broker that asks for certificates.

The table `[tls]` of the agent's file; all are PEM files, relative paths are relative to the file::

    [tls]
    ca_file = "ca.crt"
    cert_file = "hall-1.crt"
    key_file = "hall-1.key"

`ca_file` holds for the server's pages and for the broker; all of it goes before what the bundle says.
"""

import ssl
from dataclasses import dataclass, replace
from pathlib import Path

from device_agent.bundle import Bundle, BundleError
from device_agent.fields import FieldError, Fields


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The township's authority, and this agent's certificate and key; None where they are not used."""

    ca_file: Path | None = None
    certificate: tuple[Path, Path] | None = None


def read_tls(top: Fields, folder: Path) -> TlsFiles:
    """The table `[tls]`, which may be left out; raises `FieldError`."""
    if not top.has("tls"):
        return TlsFiles()
    fields = top.table("tls")
    found = {name: folder / fields.text(name) for name in ("ca_file", "cert_file", "key_file") if fields.has(name)}
    fields.finish()
    if ("cert_file" in found) != ("key_file" in found):
        raise FieldError("[tls] 的 cert_file 和 key_file 要么都写，要么都不写。")
    pair = (found["cert_file"], found["key_file"]) if "cert_file" in found else None
    return TlsFiles(found.get("ca_file"), pair)


def with_tls(bundle: Bundle, files: TlsFiles) -> Bundle:
    """The bundle with what the agent's file says; raises `BundleError` where a file is missing or damaged."""
    broker = replace(
        bundle.broker,
        tls_ca=files.ca_file or bundle.broker.tls_ca,
        certificate=files.certificate or bundle.broker.certificate,
    )
    try:
        for authority in {files.ca_file, bundle.server_ca} - {None}:
            ssl.create_default_context(cafile=str(authority))
        if broker.certificate is not None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(*broker.certificate)
    except OSError as error:  # SSLError is one
        raise BundleError(f"[tls] 或凭据里的证书文件读不了，或者不是一对：{error.strerror}。请重新拷贝。") from error
    return replace(bundle, broker=broker, server_ca=files.ca_file or bundle.server_ca)
