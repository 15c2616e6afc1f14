"""What the environment says about a server."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.cabinets import EMBEDDED_BROKER_PORT
from server.cabinets.topic_rules import SERVER


class Settings(BaseSettings):
    """What the environment says (`GONGGUAN_…`); the command line says the rest.

    `broker` is `embedded` (in this process, loopback only, any free port for `broker_port` 0) or `external`: Mosquitto
    at `broker_host:broker_port`, where the server signs in as `broker_username`; with `broker_ca_file` over TLS, and
    with `broker_cert_file` and `broker_key_file` by certificate (PEM files). `public_address` is where browsers
    find the pages (`https://gongguan.qingxi.example`); it stands in the QR codes of printed forms. `sm3` publishes the
    head of a second tree over the same entries (`store/sm3_log.py`).
    """

    model_config = SettingsConfigDict(env_prefix="GONGGUAN_", extra="ignore")

    database_url: str | None = None
    broker: Literal["embedded", "external"] = "embedded"
    broker_host: str = "127.0.0.1"
    broker_port: int = EMBEDDED_BROKER_PORT
    broker_username: str = SERVER
    broker_password: SecretStr = SecretStr("")
    broker_ca_file: Path | None = None
    broker_cert_file: Path | None = None
    broker_key_file: Path | None = None
    public_address: str = ""
    sm3: bool = False
