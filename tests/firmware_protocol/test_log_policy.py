"""Which cosignatures make a head a trusted one: the policies people write, and those that say nothing."""

from datetime import UTC, datetime

import pytest

from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.cosignatures import Cosigner, cosign, with_signatures
from firmware_protocol.log_policy import MalformedPolicy, parse_policy
from firmware_protocol.notes import Signer, parse_note
from firmware_protocol.proofs import EMPTY_ROOT

LOG = Signer("gongguan.test/log", b"l" * 32)
NAMES = ("hall-1", "hall-2", "jiwei", "county")
SIGNERS = {name: Signer(f"{name}.test", name.encode().ljust(32, b"\0")) for name in NAMES}
VKEYS = {name: Cosigner.of(signer.verifier).vkey for name, signer in SIGNERS.items()}
WITNESSES = "".join(f"witness {name} {vkey}\n" for name, vkey in VKEYS.items())
POLICY = f"""
# 三台柜机里一台、镇纪委或县纪委一家
log {LOG.verifier.vkey} http://127.0.0.1/tlog
{WITNESSES}
\tgroup cabinets any hall-1 hall-2
group audit 1 jiwei county
group both all cabinets audit
quorum both
"""
NOTE = sign_checkpoint(7, EMPTY_ROOT, LOG)


def signed_by(*names: str) -> bytes:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return with_signatures(NOTE, [cosign(parse_note(NOTE).text, SIGNERS[name], at) for name in names])


CASES = {
    "nobody": ((), False),
    "a cabinet alone": (("hall-1",), False),
    "both cabinets": (("hall-1", "hall-2"), False),
    "the inspection alone": (("jiwei",), False),
    "a cabinet and the inspection": (("hall-2", "jiwei"), True),
    "everybody": (NAMES, True),
}


@pytest.mark.parametrize(("names", "is_met"), CASES.values(), ids=CASES)
def test_a_group_is_met_by_as_many_of_its_members_as_it_asks_for(names: tuple[str, ...], is_met: bool) -> None:
    assert parse_policy(POLICY).is_met(signed_by(*names)) is is_met


def test_a_policy_can_ask_for_one_witness_or_for_nobody() -> None:
    assert parse_policy(f"{WITNESSES}quorum jiwei\n").is_met(signed_by("jiwei"))
    assert not parse_policy(f"{WITNESSES}quorum jiwei\n").is_met(signed_by("county"))
    assert parse_policy("quorum none\n").is_met(NOTE)


def test_what_is_no_checkpoint_meets_no_policy() -> None:
    assert not parse_policy("quorum none\n").is_met(b"")


def test_the_logs_own_word_counts_for_nobody() -> None:
    own = cosign(parse_note(NOTE).text, LOG, datetime(2026, 11, 23, tzinfo=UTC))
    assert not parse_policy(POLICY).is_met(with_signatures(signed_by("jiwei"), [own]))


USELESS = {
    "nothing": "",
    "no quorum": WITNESSES,
    "two quorums": f"{WITNESSES}quorum jiwei\nquorum county\n",
    "a quorum of nobody known": f"{WITNESSES}quorum li\n",
    "a word of another language": f"{WITNESSES}witnesses jiwei\nquorum none\n",
    "a member named later": f"group all-of-us all jiwei\n{WITNESSES}quorum all-of-us\n",
    "a member twice": f"{WITNESSES}group g 2 jiwei jiwei\nquorum g\n",
    "a member of two groups": f"{WITNESSES}group g any jiwei\ngroup h any jiwei\nquorum g\n",
    "more than there are": f"{WITNESSES}group g 3 jiwei county\nquorum g\n",
    "less than one": f"{WITNESSES}group g 0 jiwei county\nquorum g\n",
    "a group of nobody": f"{WITNESSES}group g all\nquorum g\n",
    "a name twice": f"{WITNESSES}group jiwei any county\nquorum none\n",
    "a group called none": f"{WITNESSES}group none any county\nquorum none\n",
    "a witness with a plain key": f"witness jiwei {SIGNERS['jiwei'].verifier.vkey}\nquorum jiwei\n",
    "one key under two names": f"{WITNESSES}witness again {VKEYS['jiwei']}\nquorum again\n",
    "one log twice": f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}\nquorum none\n",
    "a witness without a key": "witness jiwei\nquorum jiwei\n",
}


@pytest.mark.parametrize("text", USELESS.values(), ids=USELESS)
def test_a_policy_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(MalformedPolicy):
        parse_policy(text)
