"""`import`: a township's workbook becomes its register; everything wrong with it is told in one table."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Column, Table

from server.custody.roster import Roster, RowProblem
from server.documents.agent_wiring import wiring_skeleton
from server.documents.as_csv import as_csv
from server.documents.intake.problems import problems_table
from server.documents.roster import as_roster
from server.documents.workbook import Workbook, read_workbook
from server.settings import Settings
from server.store import find
from server.store.database import Reader, read_only
from server.store.fact_rows import FactRows
from server.store.folder import DataFolder, NotFounded
from server.township import found, is_founded, now, opened
from server.usecases.import_roster import ImportReport, ImportRoster, check_roster, hash_cards, import_roster

_TOWNSHIP = re.compile(r"[^\s镇乡]{1,8}?(?:镇|乡|街道)")
_UNNAMED = "本镇"


def run_import(
    file: Path, data: Path, *, check: bool, skip_bad: bool, problems_file: Path | None, console: Console
) -> bool:
    """Import `file` into `data`, or only check it; answers whether it went in (or would). Prints what it found.

    Raises `documents.UnreadableWorkbook` for something that is no workbook.
    """
    with _bars(console) as bar:
        workbook = read_workbook(file, bar.sheet, today=now().date())
        roster = as_roster(workbook)
        report = _checked(roster, data, skip_bad, bar) if check else _imported(roster, data, skip_bad, bar)
    _show(report, console, is_check=check, skip_bad=skip_bad)
    if problems_file is not None:
        write_problems(report.problems, problems_file)
    return report.written or (check and (skip_bad or not report.errors))


def write_wiring(file: Path, target: Path, agent: str | None) -> None:
    """Draft the agent's configuration from the workbook's 共管柜 sheet."""
    workbook: Workbook = read_workbook(file, today=now().date())
    target.write_text(wiring_skeleton(workbook.cabinets, agent), encoding="utf-8")


def township_name(roster: Roster) -> str:
    """What the cooperatives' full names begin with (清溪镇), or a neutral word."""
    names = (_TOWNSHIP.match(row.name) for row in roster.cooperatives)
    return next((name[0] for name in names if name is not None), _UNNAMED)


def write_problems(problems: tuple[RowProblem, ...], target: Path) -> None:
    """The table as CSV for a spreadsheet."""
    target.write_bytes(as_csv(problems_table(problems)))


class _Bars:
    """Progress of the slow parts: reading the sheets, hashing the cards."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def sheet(self, name: str, rows_read: int, rows_claimed: int | None) -> None:
        self._progress.update(self._task(f"读取《{name}》", rows_claimed), completed=rows_read, total=rows_claimed)

    def cards(self, total: int) -> Callable[[int], None]:
        task = self._task("处理门卡", total)
        return lambda done: self._progress.advance(task, done)

    def _task(self, title: str, total: int | None) -> TaskID:
        if title not in self._tasks:
            self._tasks[title] = self._progress.add_task(title, total=total)
        return self._tasks[title]


@contextmanager
def _bars(console: Console) -> Iterator[_Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Bars(progress)


def _checked(roster: Roster, data: Path, skip_bad: bool, bar: _Bars) -> ImportReport:
    """What would happen, against what is registered already if anything is; writes nothing into `data`."""
    if not is_founded(data):
        with TemporaryDirectory() as nowhere:
            found(Path(nowhere), township_name(roster))
            return _checked(roster, Path(nowhere), skip_bad, bar)
    database = read_only(DataFolder(data, Settings().database_url).database_url)
    with closing(database), database.reading() as reader:
        return check_roster(reader, _asked(roster, skip_bad, _card_salt(reader), bar))


def _imported(roster: Roster, data: Path, skip_bad: bool, bar: _Bars) -> ImportReport:
    errors = sum(not problem.is_reminder for problem in roster.problems)
    if errors and not skip_bad:
        return _checked(roster, data, skip_bad, bar)
    if not is_founded(data):
        found(data, township_name(roster))
    with opened(data) as township:
        with township.database.reading() as reader:
            card_salt = _card_salt(reader)
        asked = _asked(roster, skip_bad, card_salt, bar)
        return township.writer.run_now(import_roster, asked)


def _card_salt(reader: Reader) -> bytes:
    township = find.township(FactRows(reader))
    if township is None:
        raise NotFounded
    return bytes.fromhex(township.card_salt)


def _asked(roster: Roster, skip_bad: bool, card_salt: bytes, bar: _Bars) -> ImportRoster:
    cards = [row.card for row in roster.people if row.card is not None]
    hashes = hash_cards(cards, card_salt, bar.cards(len(set(cards))))
    return ImportRoster(roster=roster, card_hashes=hashes, skip_bad=skip_bad)


def _show(report: ImportReport, console: Console, *, is_check: bool, skip_bad: bool) -> None:
    if report.problems:
        heads, *lines = problems_table(report.problems)
        table = Table(*(Column(head, overflow="fold") for head in heads), title="名册里要看一看的地方")
        for line in lines:
            table.add_row(*line)
        console.print(table)
    for gone in report.vanished:
        console.print(f"名册里不再有：{gone.sheet} {gone.what}（台账里保留，不删除）", soft_wrap=True)
    console.print(_summary(report, is_check=is_check, skip_bad=skip_bad), soft_wrap=True)


def _summary(report: ImportReport, *, is_check: bool, skip_bad: bool) -> str:
    counts = "，".join(
        f"{sheet} 新增 {report.added.get(sheet, 0)}、更改 {report.changed.get(sheet, 0)}"
        for sheet in dict.fromkeys((*report.added, *report.changed))
    )
    changes = counts or "没有新的内容"
    if report.errors and not skip_bad:
        return f"有 {report.errors} 处错误，没有写入任何内容。请改好名册，或加上 --skip-bad 跳过这些行。"
    if is_check:
        return f"检查完毕，没有写入。导入时将会：{changes}。"
    skipped = f"跳过 {report.errors} 处错误。" if report.errors else ""
    return f"导入完毕：{changes}。{skipped}"
