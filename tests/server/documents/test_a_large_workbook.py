"""How long a large workbook takes: printed, not judged, since machines differ."""

import time
from pathlib import Path

import pytest

from server.documents.workbook import read_workbook
from tests.server.documents.township_file import SECOND, TODAY, TownshipFile

ROWS = 20_000


def test_twenty_thousand_rows_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = TownshipFile()
    for number in range(ROWS - 2):
        year, month, volume = 1990 + number // 600, number // 50 % 12 + 1, number % 50 + 1
        file.add("财务凭证", 合作社名称=SECOND, 年度=year, 月份=month, 册号=volume, 本月共几册=50)
    path = file.write(tmp_path / "large.xlsx")
    start = time.perf_counter()
    workbook = read_workbook(path, today=TODAY)
    took_s = time.perf_counter() - start
    assert (len(workbook.vouchers), workbook.problems) == (ROWS, ())
    with capsys.disabled():
        print(f"\n{ROWS} rows of vouchers read and checked in {took_s:.2f} s")  # noqa: T201
