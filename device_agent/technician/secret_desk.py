"""Where a controller's secret comes into its file, typed once and shown never."""

import os
from pathlib import Path

from device_agent.configuration import ConfigurationError
from device_agent.secret_files import read_secret
from device_agent.technician.terminal import Terminal
from firmware_protocol.boards.gongguan_lcp.keys import Secret


def keep_secret(terminal: Terminal, path: Path, address: int) -> None:
    """See that the file is there and private: as it stands, or made from what is typed. Raises `OSError` or `Left`."""
    while True:
        try:
            read_secret(path)
        except ConfigurationError as error:
            if path.exists():
                terminal.ask(f"{error}\n改好以后按回车。")
                continue
        else:
            terminal.show(f"地址 {address} 的控制器的密钥在 {path}。")
            return
        try:
            secret = Secret.parse(
                terminal.ask(f"地址 {address} 的控制器的密钥？（出厂单上 64 位十六进制数，不显示）", is_secret=True)
            )
        except ValueError as error:
            terminal.show(str(error))
        else:
            _write(path, secret)


def _write(path: Path, secret: Secret) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(secret.octets.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
