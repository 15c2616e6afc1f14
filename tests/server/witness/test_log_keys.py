"""The log's key hands over to another, and a witness goes over with it; to nobody's key else."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware_protocol.add_checkpoint import Rejected
from firmware_protocol.key_changes import KeyDelivery, encode_changes
from firmware_protocol.notes import Signer
from server.witness.commands import commands
from server.witness.log_keys import LogKeys
from tests.device_agent.hall import LOG_SIGNER
from tests.device_agent.township_log import TownshipLog
from tests.drills.on_witnesses import asked
from tests.server.witness.conftest import Office

NEXT, LATER, STOLEN = (Signer(LOG_SIGNER.name, bytes([n]) * 32) for n in (81, 82, 83))


def rotated() -> TownshipLog:
    """Both keys sign from entry 5 on."""
    return TownshipLog().grow(5).rotate(NEXT).grow(1)


def ended() -> TownshipLog:
    """Only the newest of three signs any more."""
    return rotated().end(LOG_SIGNER).rotate(LATER).end(NEXT).grow(1)


def test_a_witness_goes_over_to_the_new_key_and_says_so(office: Office) -> None:
    office.sees(TownshipLog().grow(5))
    office.sees(rotated())
    assert office.watch.keys.newest == NEXT.verifier
    (said,) = office.cried
    assert NEXT.verifier.fingerprint in said
    assert not isinstance(office.watch.add(asked(rotated().grow(1), 7)), Rejected)


def test_a_witness_that_was_away_for_several_keys_finds_its_way(office: Office) -> None:
    office.sees(TownshipLog().grow(5))
    office.sees(ended())
    assert office.watch.keys.newest == LATER.verifier
    assert office.watch.state.alarms == {}
    assert office.watch.mirror.head() is not None


def test_without_the_published_list_the_old_key_does_while_both_sign(office: Office) -> None:
    log = rotated()
    office.sees(TownshipLog().grow(5))
    office.sees(log)
    office.files.pop("keys")
    office.watch.round()
    assert office.watch.state.alarms == {}


def test_a_key_that_nobody_handed_over_is_an_alarm(office: Office) -> None:
    office.sees(TownshipLog().grow(5))
    stolen = TownshipLog().grow(6)
    stolen.log = STOLEN
    office.sees(stolen)
    assert "damaged" in office.watch.state.alarms
    assert office.watch.keys.newest == LOG_SIGNER.verifier


def test_what_it_learned_outlives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "log-keys"
    keys = LogKeys(LOG_SIGNER.verifier, file)
    assert keys.learn(encode_changes(KeyDelivery(ended().changes())))
    again = LogKeys(LOG_SIGNER.verifier, file)
    assert (again.newest, again.former) == (LATER.verifier, (NEXT.verifier, LOG_SIGNER.verifier))
    assert not again.learn(encode_changes(KeyDelivery(rotated().changes())))
    assert not again.learn(b"{}")


@pytest.mark.parametrize(("content", "status"), [("the published list", 0), ("something else", 1)])
def test_a_witness_without_a_network_learns_from_a_stick(tmp_path: Path, content: str, status: int) -> None:
    runner, where = CliRunner(), ["--data", str(tmp_path / "witness")]
    begun = ["init", "--name", "jiwei.test/w1", "--log", LOG_SIGNER.verifier.vkey, "--url", "http://127.0.0.1:1/tlog"]
    assert runner.invoke(commands, [*begun, *where]).exit_code == 0
    request, keys = tmp_path / "request", tmp_path / "keys"
    request.write_bytes(asked(ended(), 0))
    refused = runner.invoke(commands, ["add", str(request), *where])
    assert (refused.exit_code, "witness learn-key" in refused.output) == (1, True)
    listed = encode_changes(KeyDelivery(ended().changes()))
    keys.write_bytes(listed if content == "the published list" else b"{}")
    assert runner.invoke(commands, ["learn-key", str(keys), *where]).exit_code == status
    assert runner.invoke(commands, ["add", str(request), *where]).exit_code == status
