"""`python -m device_agent rotate-key --config FILE`: this machine makes itself a new key, and the old one names it."""

import argparse
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from device_agent.boot_clock import since_start_ms
from device_agent.bundle import Bundle, BundleError, read_bundle
from device_agent.clock import Reading, Timekeeper
from device_agent.configuration import Configuration, ConfigurationError, read_configuration
from device_agent.custodian.decisions import Record
from device_agent.journal import FILE_NAME, Journal, JournalError, open_journal
from device_agent.key_file import prepare, settle
from firmware_protocol.agent_keys import ROTATED
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.notes import Signer
from firmware_protocol.successions import write_succession

UNKNOWN_YET = "上一次换的密钥，服务器还没有收到。请先让柜机联网，等旧密钥自动销毁以后再换。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="柜机配置（TOML）")


def run(chosen: argparse.Namespace) -> int:
    """Change the key while the agent does not run; 0, or 2 where it cannot be."""
    try:
        configuration = read_configuration(chosen.config)
        reading = Reading(datetime.now(UTC), since_start_ms())
        new = rotate(configuration, settled_bundle(configuration), secrets.token_bytes(32), reading)
    except (ConfigurationError, BundleError, JournalError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"柜机 {configuration.agent} 已换上新密钥，指纹 {new.verifier.fingerprint}。")
    print("请启动柜机：服务器收到以后，旧密钥自动销毁。")
    print(f"见证规则里写着这台柜机的，请换成：{Cosigner.of(new.verifier).vkey}")
    return 0


def settled_bundle(configuration: Configuration) -> Bundle:
    """The bundle, after what a rotation that was broken off left in it; raises `BundleError`."""
    bundle = read_bundle(configuration.bundle)
    if not bundle.is_rotating:
        return bundle
    settle(configuration.bundle, configuration.data / FILE_NAME)
    return read_bundle(configuration.bundle)


def own_journal(configuration: Configuration, bundle: Bundle) -> Journal:
    """The journal of this agent, opened; raises `JournalError` while the agent runs."""
    return open_journal(configuration.data, bundle.agent, bundle.epoch, bundle.signer)


def rotate(
    configuration: Configuration,
    bundle: Bundle,
    seed: bytes,
    reading: Reading,
    opened: Callable[[Configuration, Bundle], Journal] = own_journal,
) -> Signer:
    """Prepare the new key, record that the old one names it, and make it the agent's; each step is durable.

    `reading` is the moment. Raises what `opened` raises, and `BundleError` while the server does not know the last one.
    """
    if bundle.former is not None:
        raise BundleError(UNKNOWN_YET)
    new = Signer(bundle.signer.name, seed)
    with opened(configuration, bundle) as journal:
        prepare(configuration.bundle, seed)
        keeper = Timekeeper(configuration.hardware_clock, floor=journal.floor, signed=journal.contact_at)
        named = Record(ROTATED, {"succession": write_succession(bundle.signer, new).decode()})
        journal.write([named], keeper.best(reading), keeper.clock(reading).quality)
    settle(configuration.bundle, configuration.data / FILE_NAME)
    return new
