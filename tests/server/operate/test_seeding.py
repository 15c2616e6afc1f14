"""A township seeded to be measured is one the product would have written, and never a real one."""

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.__main__ import app
from server.custody.facts import Checkout, Cooperative, IssuedPermit, Item, Opening
from server.custody.findings.finding import Finding
from server.custody.searching import FoundKind
from server.custody.states import CheckoutState, ItemKind
from server.operate.scale.lives import LATELY, SHARES, UNFINISHED, lately_lives, lives_for
from server.operate.scale.seed import NotEmpty, Size, seed
from server.operate.scale.telling import STEPS
from server.operate.verify import verify
from server.store.database import read_only
from server.store.fact_rows import all_facts
from server.store.folder import DataFolder
from server.store.lists.search import SearchFilter, search
from server.township import found

ENTRIES, ITEMS = 9_000, 1_000
ROWS_A_PAGE = 50


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("scale") / "data"
    seed(data, Size(ENTRIES, ITEMS))
    return data


def test_what_is_seeded_verifies(seeded: Path) -> None:
    verdict = verify(DataFolder(seeded))
    assert verdict.wrong is None
    assert verdict.size == pytest.approx(ENTRIES, rel=0.02)


def test_it_has_everything_that_happens_in_a_township(seeded: Path) -> None:
    database = read_only(DataFolder(seeded).database_url)
    with database.reading() as reader:
        checkouts = all_facts(reader, Checkout).values()
        assert {each.state for each in checkouts} >= set(CheckoutState) - {CheckoutState.RETURNED_FOR_CORRECTION}
        assert len(all_facts(reader, Item)) == ITEMS
        assert all_facts(reader, Opening)
        assert all_facts(reader, IssuedPermit)
        assert {each.state for each in all_facts(reader, Finding).values()} == {"raised", "closed"}
        assert search(reader, "东坑", SearchFilter(kinds=list(FoundKind)))
    database.close()


def test_the_first_cooperative_fills_a_page_of_whatever_it_may_be_asked_for(seeded: Path) -> None:
    database = read_only(DataFolder(seeded).database_url)
    with database.reading() as reader:
        first = min(all_facts(reader, Cooperative).values(), key=lambda each: each.code).id
        of_state = Counter(each.state for each in all_facts(reader, Checkout).values() if each.cooperative == first)
        of_kind = Counter(each.kind for each in all_facts(reader, Item).values() if each.cooperative == first)
        found = [each for each in all_facts(reader, Finding).values() if each.cooperative == first]
    database.close()
    ended = {CheckoutState.RETURNED, CheckoutState.REFUSED, CheckoutState.EXPIRED}
    assert min(*(of_state[state] for state in ended), len(found)) >= ROWS_A_PAGE
    assert min(of_kind[ItemKind.CONTRACT], of_kind[ItemKind.VOUCHER]) > ROWS_A_PAGE


def test_what_has_happened_lately_is_all_told() -> None:
    assert Counter(lately_lives()) == {life: share for share, life in LATELY}


def test_every_life_is_told_in_steps_that_there_are() -> None:
    assert {step for _share, life in (*SHARES, *LATELY, *UNFINISHED) for step in life.steps} == STEPS.keys()
    assert sum(share for share, _life in SHARES) == 100


def test_a_log_as_long_as_asked_for_has_half_a_million_requests() -> None:
    assert 400_000 < lives_for(10_000_000) < 600_000


def test_a_township_is_never_written_over(tmp_path: Path) -> None:
    found(tmp_path / "real", "清溪镇")
    with pytest.raises(NotEmpty):
        seed(tmp_path / "real", Size(ENTRIES, ITEMS))


@pytest.mark.parametrize(
    ("options", "said"),
    [((), "请加上 --scale"), (("--scale", "--entries", "0", "--items", "1000"), "里已经有东西")],
    ids=["without saying what for", "into a folder that is in use"],
)
def test_the_command_says_why_it_does_nothing(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    run = CliRunner().invoke(app, ["seed", *options, "--data", str(tmp_path)])
    assert run.exit_code == 1
    assert said in run.output
    assert [each.name for each in tmp_path.iterdir()] == ["something"]
