"""The keys a machine makes for itself: its alone, the same after a crash, and the bundle they become."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from device_agent.bundle import BundleError, parse_bundle, read_bundle
from device_agent.enrolling import KeysUnfit, admitted, keys_file, keys_for, write_secret
from device_agent.enrolment_desk import NotAdmitted
from device_agent.technician.enrol import _write
from device_agent.tls import TlsFiles, with_tls
from firmware_protocol.enrolments import Admission, Terms
from firmware_protocol.notes import Signer

PERMIT, LOG = (Signer(name, name.encode().ljust(32, b".")).verifier.vkey for name in ("t/permit", "t/log"))
TERMS = Terms("e-1", "hall-1", 2, "t", PERMIT, LOG, "n")
BUNDLE: dict[str, Any] = {
    "agent": "hall-1",
    "epoch": 2,
    "origin": "t",
    "permit_vkey": PERMIT,
    "log_vkey": LOG,
    "server_url": "https://gongguan.lan",
    "broker": {"host": "gongguan.lan", "port": 8883, "username": "hall-1"},
    "trust": "log",
}
DAMAGED = {
    "no JSON": "{",
    "a field less": '{"seed":"00","password":"x"}',
    "no key": '{"seed":"0","password":"","tls_key":""}',
}


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    keys = keys_for(out)
    assert keys_for(out) == keys
    assert keys_for(tmp_path / "another.json") != keys
    assert stat.S_IMODE(keys_file(out).stat().st_mode) == 0o600
    assert keys.seed not in repr(keys)
    told = repr(keys.presentation("token")) + keys.presentation("token").tls_key.hex()
    assert not {keys.seed, keys.password} & {told[i : i + len(keys.seed)] for i in range(len(told))}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_of_keys_is_no_reason_to_make_others(tmp_path: Path, content: str) -> None:
    out = tmp_path / "bundle.json"
    write_secret(keys_file(out), content)
    with pytest.raises(KeysUnfit, match="坏了"):
        keys_for(out)
    assert keys_file(out).read_text() == content


def test_keys_that_others_can_read_are_not_used(tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    keys_for(out)
    keys_file(out).chmod(0o640)
    with pytest.raises(KeysUnfit, match="chmod 600"):
        keys_for(out)


def test_the_bundle_holds_the_machines_own_secrets(tmp_path: Path) -> None:
    keys = keys_for(tmp_path / "bundle.json")
    made = admitted(Admission("e-1", "key", BUNDLE), TERMS, keys, "")
    write_secret(tmp_path / "bundle.json", json.dumps(made.bundle))
    bundle = read_bundle(tmp_path / "bundle.json")
    assert bundle.signer.verifier == TERMS.verifier(keys.signer.verifier.public_bytes)
    assert (bundle.broker.password, bundle.pages_ca, made.files) == (keys.password, None, {})


def test_certificates_lie_beside_the_bundle_under_the_name_of_their_life(tmp_path: Path) -> None:
    keys = keys_for(tmp_path / "bundle.json")
    admission = Admission("e-1", "key", BUNDLE, broker_ca="the broker's", certificate="its own")
    made = admitted(admission, TERMS, keys, "the township's")
    bundle = parse_bundle(made.bundle, tmp_path)
    assert made.files == {
        "hall-1.epoch-2.ca.crt": "the township's",
        "hall-1.epoch-2.broker-ca.crt": "the broker's",
        "hall-1.epoch-2.crt": "its own",
        "hall-1.epoch-2.key": keys.tls_key,
    }
    assert bundle.pages_ca == tmp_path / "hall-1.epoch-2.ca.crt"
    assert bundle.broker.tls_ca == tmp_path / "hall-1.epoch-2.broker-ca.crt"
    assert bundle.broker.certificate == (tmp_path / "hall-1.epoch-2.crt", tmp_path / "hall-1.epoch-2.key")


def test_a_certificate_the_bundle_names_has_to_be_there(tmp_path: Path) -> None:
    keys = keys_for(tmp_path / "bundle.json")
    made = admitted(Admission("e-1", "key", BUNDLE), TERMS, keys, "")
    bundle = parse_bundle({**made.bundle, "server_ca": "gone.crt"}, tmp_path)
    assert bundle.pages_ca == tmp_path / "gone.crt"
    with pytest.raises(BundleError, match="证书文件读不了"):
        with_tls(bundle, TlsFiles())


@pytest.mark.parametrize("field", ["permit_vkey", "log_vkey"])
def test_a_bundle_with_a_key_that_nobody_compared_is_not_written(tmp_path: Path, field: str) -> None:
    keys, other = keys_for(tmp_path / "bundle.json"), Signer(BUNDLE[field].split("+")[0], b"o" * 32).verifier.vkey
    admission = Admission("e-1", "key", {**BUNDLE, field: other})
    with pytest.raises(NotAdmitted, match="没核对过的公钥"):
        _write(admission, TERMS, keys, "", tmp_path / "bundle.json")
    assert not (tmp_path / "bundle.json").exists()
