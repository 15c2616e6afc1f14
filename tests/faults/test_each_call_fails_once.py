"""Every call that real code makes to the file system fails once: nothing acknowledged is lost, nothing happens twice.

Either it was refused, in words where people are waiting, and nothing half-done remains; or it was done. Locks apart,
every read, write, sync, truncation, renaming and removal gets each error in turn; `./test` tries some, spread evenly.
"""

from pathlib import Path

import pytest

from tests.faults import strace
from tests.faults.strace import DEEDS
from tests.faults.sweep import sweep

SOME = {"the server appends": 97, "the server publishes": 71, "a witness follows the log": 23}
"""Of which deed each how manieth fault is tried in `./test`, for the time it takes."""


@pytest.fixture(scope="session", autouse=True)
def _held() -> None:
    if (missing := strace.may_hold()) is not None:
        pytest.skip(missing)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_call_that_fails_once_loses_nothing_and_does_nothing_twice(deed: str, tmp_path: Path) -> None:
    each = SOME.get(deed, 11)
    tried = sweep(deed, tmp_path / "data", each), sweep(deed, tmp_path / "data", 1 + each // 10, "sync")
    assert [wrong for swept in tried for wrong in swept.wrong] == []
    assert all(swept.struck for swept in tried)


@pytest.mark.long
@pytest.mark.parametrize("deed", DEEDS)
def test_whichever_call_fails_once_nothing_is_lost_and_nothing_happens_twice(
    deed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swept = sweep(deed, tmp_path / "data")
    with capsys.disabled():
        print(f"\n{deed}: {swept.struck} single faults in {swept.calls} calls")  # noqa: T201
    assert swept.struck
    assert swept.wrong == ()
