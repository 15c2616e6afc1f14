"""The files with the controllers' secrets: one for each, 64 hexadecimal digits, readable by its owner alone."""

import stat
from pathlib import Path

from device_agent.configuration import ConfigurationError
from firmware_protocol.boards.gongguan_lcp.keys import Secret


def read_secret(path: Path) -> Secret:
    """Read one; raises `ConfigurationError`, also when others may read the file. Its content is never told."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigurationError(f"{path} 里是控制器的密钥，但别人也能读。请先执行：chmod 600 {path}")
        return Secret.parse(path.read_text(encoding="ascii"))
    except OSError as error:
        raise ConfigurationError(f"读不到控制器的密钥文件 {path}：{error.strerror}。") from error
    except ValueError:
        raise ConfigurationError(f"密钥文件 {path} 里应是 64 位十六进制数，别的什么都没有。") from None
