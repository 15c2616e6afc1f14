"""Whatever file somebody chooses: one clear sentence, soon, and never anything but that sentence."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.intake import rows, spreadsheet
from server.documents.workbook import UnreadableWorkbook, read_workbook
from tests.server.documents.township_file import TODAY, TownshipFile


def _zip_of(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


FILES = {
    "an old .xls or a locked file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "加了密码"),
    "a CSV file": ("合作社名称,印章全称\n".encode("gb18030"), "不是 Excel 工作簿"),
    "a PDF": (b"%PDF-1.7\n", "不是 Excel 工作簿"),
    "an empty file": (b"", "不是 Excel 工作簿"),
    "a Word document": (_zip_of(word__document_xml=b"<w/>"), "不是 Excel 工作簿"),
    "an .xlsb file": (_zip_of(xl__workbook_bin=b"\x83\x01"), "另存为 .xlsx"),
    "half a zip": (b"PK\x03\x04" + bytes(40), "已损坏"),
    "a zip with a part of a workbook": (_zip_of(xl__workbook_xml=b"<workbook/>"), "不是 Excel 工作簿"),
}


@pytest.mark.parametrize(("content", "sentence"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_workbook_is_named_for_what_it_is(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "township.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableWorkbook, match=sentence):
        read_workbook(path, today=TODAY)


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWorkbook, match=r"打不开文件 nothing\.xlsx"):
        read_workbook(tmp_path / "nothing.xlsx", today=TODAY)


def test_a_folder_is_not_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWorkbook, match="打不开文件"):
        read_workbook(tmp_path, today=TODAY)


LIMITS = {
    "bytes of the file": (spreadsheet, "FILE_BYTES_MAX", 1_000, "文件有"),
    "bytes once unpacked": (spreadsheet, "UNPACKED_BYTES_MAX", 20_000, "解开后超过"),
    "parts in the file": (spreadsheet, "PARTS_MAX", 5, "解开后超过"),
    "rows of a sheet": (rows, "ROWS_MAX", 8, "《人员》超过 8 行"),
    "merged ranges": (spreadsheet, "MERGED_RANGES_MAX", 0, "《共管柜》里合并的单元格太多"),
    "rows that Excel can count": (spreadsheet, "EXCEL_ROWS_MAX", 8, "已损坏"),
}


@pytest.mark.parametrize(("module", "limit", "most", "sentence"), LIMITS.values(), ids=LIMITS)
def test_a_file_beyond_a_limit_is_refused(
    module: object, limit: str, most: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = TownshipFile().write(tmp_path / "township.xlsx")
    monkeypatch.setattr(module, limit, most)
    with pytest.raises(UnreadableWorkbook, match=sentence):
        read_workbook(path, today=TODAY)


def test_a_sheet_that_claims_every_cell_there_is_costs_nothing(tmp_path: Path) -> None:
    path = TownshipFile().write(tmp_path / "township.xlsx")
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b'ref="A1:H4"', b'ref="A1:XFD1048576"'))
    told: list[tuple[str, int, int | None]] = []
    workbook = read_workbook(path, lambda *progress: told.append(progress), today=TODAY)
    assert workbook.problems == ()
    assert told[0] == ("共管柜", 4, 4)


def _rewrite(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    changed = change(parts[name])
    assert changed != parts[name]
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in (parts | {name: changed}).items():
            archive.writestr(part, content)


@pytest.fixture(scope="module")
def good_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return TownshipFile().write(tmp_path_factory.mktemp("good") / "township.xlsx").read_bytes()


@given(changes=st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=4), st.integers(0, 30)), max_size=5))
def test_damaged_parts_end_in_the_sentence_or_are_read(
    changes: list[tuple[float, bytes, int]], good_bytes: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(_unpacked(good_bytes))
    content = bytearray(path.read_bytes())
    for where, inserted, removed in changes:
        start = int(where * len(content))
        content[start : start + removed] = inserted
    path.write_bytes(bytes(content))
    with suppress(UnreadableWorkbook):
        read_workbook(path, today=TODAY)


def _unpacked(packed: bytes) -> bytes:
    """The same workbook without compression, so that damage reaches the XML."""
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(stored, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return stored.getvalue()
