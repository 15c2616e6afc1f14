"""The signed head: three lines that other people's software reads."""

import pytest

from firmware_protocol.checkpoints import Checkpoint, read_checkpoint, sign_checkpoint
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, sign_text
from firmware_protocol.proofs import EMPTY_ROOT

LOG = Signer("gongguan.test/qingxi/log", bytes(range(32)))
ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

UNREADABLE = {
    "a leading zero": f"{LOG.name}\n07\n{ROOT}\n",
    "a negative size": f"{LOG.name}\n-1\n{ROOT}\n",
    "digits of another script": f"{LOG.name}\n٧\n{ROOT}\n",
    "a short root": f"{LOG.name}\n7\nAAAA\n",
    "no base64": f"{LOG.name}\n7\n{'*' * 44}\n",
    "no root": f"{LOG.name}\n7\n",
    "an extension line": f"{LOG.name}\n7\n{ROOT}\nmore\n",
}


def test_a_checkpoint_is_three_plain_lines() -> None:
    note = sign_checkpoint(0, EMPTY_ROOT, LOG)
    assert note.decode().split("\n")[:3] == [LOG.name, "0", ROOT]
    assert read_checkpoint(note, [LOG.verifier]) == Checkpoint(LOG.name, 0, EMPTY_ROOT)


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_anything_else_is_not_read(text: str) -> None:
    with pytest.raises(MalformedNote):
        read_checkpoint(sign_text(text, LOG), [LOG.verifier])


def test_another_key_signs_no_checkpoint_of_this_log() -> None:
    forger = Signer("gongguan.test/qingxi/log", bytes(32))
    with pytest.raises(UnverifiedNote):
        read_checkpoint(sign_checkpoint(0, EMPTY_ROOT, forger), [LOG.verifier])
