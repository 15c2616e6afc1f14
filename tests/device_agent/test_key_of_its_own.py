"""An agent makes itself a new key; whatever a crash leaves behind, one of the two is its own, and its chain goes on."""

import base64
import json
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from device_agent.bundle import BundleError, parse_bundle, read_bundle
from device_agent.clock import Reading
from device_agent.configuration import Configuration, read_configuration
from device_agent.custodian.decisions import Record
from device_agent.journal import FILE_NAME, JournalError, open_journal
from device_agent.key_file import forget_former, prepare, settle
from device_agent.technician.rotate_key import rotate, settled_bundle
from firmware_protocol import entries
from firmware_protocol.agent_keys import handed_over_by
from firmware_protocol.notes import Signer, open_note, sign_text
from tests.device_agent.hall import AGENT, AGENT_SIGNER, LOG_SIGNER, NOON, SERVER_SIGNER
from tests.device_agent.test_configuration import GOOD
from tests.device_agent.test_configuration import written as configured

OLD, NEW = b"a" * 32, b"n" * 32
THEN = Reading(NOON, 0)
STARTED = Record("agent_started", {"boot": 1})


def written(**changes: Any) -> Mapping[str, Any]:
    """A bundle as `add-agent` writes it."""
    return {
        "agent": AGENT,
        "epoch": 1,
        "private_key": base64.b64encode(OLD).decode(),
        "origin": AGENT_SIGNER.name.removesuffix(f"/agent/{AGENT}"),
        "permit_vkey": SERVER_SIGNER.verifier.vkey,
        "log_vkey": LOG_SIGNER.verifier.vkey,
        "server_url": "http://127.0.0.1:9",
        "broker": {"host": "127.0.0.1", "port": 1, "username": AGENT, "password": "x"},
        **changes,
    }


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """An agent that has written an entry under its first key."""
    (tmp_path / "bundle.json").write_text(json.dumps(written()), encoding="utf-8")
    (tmp_path / "bundle.json").chmod(0o600)
    read = read_configuration(configured(tmp_path, GOOD))
    made = replace(read, data=tmp_path / "journal", bundle=tmp_path / "bundle.json", agent=AGENT)
    write(made, read_bundle(made.bundle).signer)
    return made


def write(configuration: Configuration, signer: Signer) -> int:
    """One entry more, by this key; the number of the last."""
    with open_journal(configuration.data, AGENT, 1, signer) as journal:
        journal.write([STARTED], NOON, "sync")
        return journal.last_seq


def notes_of(configuration: Configuration, signer: Signer) -> list[bytes]:
    with open_journal(configuration.data, AGENT, 1, signer) as journal:
        return [each.note for each in journal.unsent(0)]


def test_the_old_key_names_the_new_one_and_the_chain_goes_on(configuration: Configuration) -> None:
    old = settled_bundle(configuration).signer
    new = rotate(configuration, settled_bundle(configuration), NEW, THEN)
    bundle = settled_bundle(configuration)
    assert (bundle.signer.verifier, bundle.rotated_seq) == (new.verifier, 2)
    assert write(configuration, bundle.signer) == 3
    first, named, last = notes_of(configuration, bundle.signer)
    assert handed_over_by(named, new.verifier) == old.verifier
    chain = entries.Chain(AGENT, 1)
    for note, signer in ((first, old), (named, old), (last, new)):
        assert chain.continues_with(entries.parse(note, [signer.verifier]))
        chain = chain.extend(note)


def test_messages_bear_both_keys_until_the_server_knows_the_new_one(configuration: Configuration) -> None:
    old = settled_bundle(configuration).signer
    rotate(configuration, settled_bundle(configuration), NEW, THEN)
    bundle = settled_bundle(configuration)
    note = sign_text("hello\n", *bundle.signers)
    assert len(open_note(note, [old.verifier]).signatures) == 1
    assert len(open_note(note, [bundle.signer.verifier, old.verifier]).signatures) == 2
    forget_former(configuration.bundle)
    after = settled_bundle(configuration)
    assert after.signers == (after.signer,)
    assert base64.b64encode(OLD).decode() not in configuration.bundle.read_text("utf-8")
    assert stat.S_IMODE(configuration.bundle.stat().st_mode) == 0o600


def test_a_crash_before_the_entry_leaves_the_old_key(configuration: Configuration) -> None:
    old = settled_bundle(configuration).signer
    prepare(configuration.bundle, NEW)
    assert read_bundle(configuration.bundle).is_rotating
    bundle = settled_bundle(configuration)
    assert (bundle.signer.verifier, bundle.former, bundle.is_rotating) == (old.verifier, None, False)
    assert write(configuration, bundle.signer) == 2


def test_a_crash_after_the_entry_brings_the_new_key_into_use(configuration: Configuration) -> None:
    before = configuration.bundle.read_text("utf-8")
    new = rotate(configuration, settled_bundle(configuration), NEW, THEN)
    configuration.bundle.write_text(before, encoding="utf-8")
    prepare(configuration.bundle, NEW)
    bundle = settled_bundle(configuration)
    assert (bundle.signer.verifier, bundle.rotated_seq) == (new.verifier, 2)
    assert write(configuration, bundle.signer) == 3


def test_settling_what_is_settled_changes_nothing(configuration: Configuration) -> None:
    rotate(configuration, settled_bundle(configuration), NEW, THEN)
    before = configuration.bundle.read_text("utf-8")
    settle(configuration.bundle, configuration.data / FILE_NAME)
    assert configuration.bundle.read_text("utf-8") == before


def test_a_key_that_the_server_does_not_know_is_not_followed_yet(configuration: Configuration) -> None:
    rotate(configuration, settled_bundle(configuration), NEW, THEN)
    with pytest.raises(BundleError, match="先让柜机联网"):
        rotate(configuration, settled_bundle(configuration), b"m" * 32, THEN)


def test_no_key_is_followed_while_the_agent_runs(configuration: Configuration) -> None:
    bundle = settled_bundle(configuration)
    with open_journal(configuration.data, AGENT, 1, bundle.signer), pytest.raises(JournalError):
        rotate(configuration, bundle, NEW, THEN)
    assert not read_bundle(configuration.bundle).is_rotating


def test_a_journal_that_ends_with_a_strangers_key_does_not_open(configuration: Configuration) -> None:
    rotate(configuration, settled_bundle(configuration), NEW, THEN)
    with pytest.raises(JournalError):
        notes_of(configuration, Signer(AGENT_SIGNER.name, b"s" * 32))


def test_a_bundle_in_the_middle_of_it_is_read(tmp_path: Path) -> None:
    former = base64.b64encode(NEW).decode()
    bundle = parse_bundle(written(former_key=former, rotated_seq=7), tmp_path)
    assert bundle.former is not None
    assert (bundle.former.name, bundle.rotated_seq) == (bundle.signer.name, 7)
