"""The page on which anybody checks a form's receipt: what it is given, and what it may do."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_protocol.proofs import check_inclusion, leaf_hash
from server.ledger.forks import LogDamaged
from server.web.problems import PROBLEM_OF
from server.web.public.receipts import SCRIPT
from server.web.receipt_words import SENTENCES, Said
from tests.server.web.test_papers import asked
from tests.server.web.township import INSPECTOR, KEYS, Township


@pytest.mark.parametrize("path", ["/verify", "/verify.html"])
def test_the_page_runs_nothing_but_its_own_script_and_is_one_file(township: Township, path: str) -> None:
    answer = township.client().get(path)
    policy = answer.headers["content-security-policy"]
    (script,) = re.findall(r"<script>(.*)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert re.findall(r'(?:src|href)="([^"]*)"', answer.text) == ["data:,", "/verify.html"]


def test_the_file_to_keep_has_the_key_and_the_words_in_it(township: Township) -> None:
    answer = township.client().get("/verify.html")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert KEYS.log.verifier.fingerprint in answer.text
    known = json.loads(re.findall(r'id="known">(.*?)</script>', answer.text)[0])
    assert known["keys"][0]["public"] == base64.b64encode(KEYS.log.verifier.public_bytes).decode()
    assert known["sentences"] == dict(SENTENCES)


def test_the_script_can_say_everything_there_is_to_say() -> None:
    assert [said for said in Said if f'"{said}"' not in SCRIPT] == []


def test_the_evidence_proves_the_entry_under_the_newest_head(township: Township) -> None:
    township.publish()
    published = township.log.published()
    assert published is not None
    shown = township.client().get("/verify/evidence?index=3&size=9").json()
    path = [base64.b64decode(each) for each in shown["inclusion"]]
    assert shown["checkpoint"].encode() == published.note
    assert shown["title"]
    assert check_inclusion(leaf_hash(shown["entry"].encode()), 3, published.size, path, published.checkpoint.root)


def test_a_log_that_became_shorter_shows_only_its_head(township: Township) -> None:
    township.publish()
    shown = township.client().get("/verify/evidence?index=3&size=1000000").json()
    assert (bool(shown["checkpoint"]), shown["entry"], shown["inclusion"]) == (True, "", [])


@pytest.mark.parametrize(
    ("asked", "status"),
    [("index=9&size=9", 404), ("index=-1&size=9", 422), ("index=x&size=9", 422), (f"index=1&size={2**40}", 422)],
    ids=["outside", "before the first", "no number", "beyond any receipt"],
)
def test_what_no_receipt_says_has_no_evidence(township: Township, asked: str, status: int) -> None:
    township.publish()
    assert township.client().get(f"/verify/evidence?{asked}").status_code == status


def overwritten(folder: Path, content: bytes) -> None:
    """Every file in this folder has this content."""
    for file in (each for each in folder.rglob("*") if each.is_file()):
        file.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "tiles cut off": lambda log: overwritten(log / "tile/0", bytes(5)),
    "no tiles": lambda log: shutil.rmtree(log / "tile/0"),
    "bundles cut off": lambda log: overwritten(log / "tile/entries", bytes([9] * 9)),
    "bundles of nonsense": lambda log: overwritten(log / "tile/entries", b"\0\1\xff" * 9),
    "a checkpoint of nonsense": lambda log: (log / "checkpoint").write_bytes(b"\xff"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_files_speak_neither_for_a_receipt_nor_against_it(
    township: Township, damage: Callable[[Path], object]
) -> None:
    township.publish()
    damage(township.log.folder)
    answer = township.client().get("/verify/evidence?index=3&size=9")
    assert (answer.status_code, answer.json()) == (409, {"sentence": SENTENCES[Said.DAMAGED]})


PROVES_NOTHING = {
    **{name: damage for name, damage in DAMAGE.items() if "bundles" not in name},
    "tiles of nonsense": lambda log: overwritten(log / "tile/0", bytes(32 * 256)),
}


@pytest.mark.parametrize("damage", PROVES_NOTHING.values(), ids=PROVES_NOTHING)
def test_no_proof_and_no_paper_is_given_out_of_damaged_files(
    township: Township, damage: Callable[[Path], object]
) -> None:
    township.publish()
    damage(township.log.folder)
    client = township.client(INSPECTOR)
    assert client.get("/api/v1/log/3/proof").json()["detail"] == PROBLEM_OF[LogDamaged].sentence
    paper = asked(client, "seal_register.xlsx")
    assert (paper.status_code, PROBLEM_OF[LogDamaged].sentence in paper.text) == (409, True)


def test_the_page_says_so_where_the_list_of_keys_is_damaged(township: Township) -> None:
    township.publish()
    (township.log.folder / "keys").write_bytes(b"{")
    page = township.client().get("/verify")
    assert (page.status_code, PROBLEM_OF[LogDamaged].sentence in page.text) == (409, True)


def test_before_anything_is_published_there_is_no_evidence(township: Township) -> None:
    assert township.client().get("/verify/evidence?index=0&size=1").status_code == 404
