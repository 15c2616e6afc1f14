"""A township in which something is going on everywhere, under the longest of names: what fills every page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from server.custody.findings.finding import Finding
from server.custody.policy.words import Mode
from server.custody.roster import CooperativeRow
from server.custody.states import ItemKind, SealType
from server.documents.roster import as_roster
from server.documents.workbook import read_workbook
from server.usecases.import_roster import ImportRoster, import_roster
from tests.server.pictures import pdf
from tests.server.web.enrolling import presented
from tests.server.web.handovers import being_counted
from tests.server.web.test_bundles import bundle_opened
from tests.server.web.test_checkouts import taken
from tests.server.web.test_documents import sent
from tests.server.web.test_findings import watch
from tests.server.web.test_papers import used
from tests.server.web.test_policy_pages import proposal
from tests.server.web.test_public_pages import CODE, objects
from tests.server.web.test_searching import make_findable
from tests.server.web.test_updating_the_roster import handed_in, workbook
from tests.server.web.township import HEAD, OFFICE_HEAD, OUTSIDE, Township

LONG_NAMES = {
    "清溪镇东坑村第一经济合作社": "清溪镇东坑村大围西边岭新屋下第十三村民小组股份经济合作社联合社",
    "清溪镇东坑村第四经济合作社": "清溪镇东坑村大围西边岭新屋下股份制经济合作总社联合会",
}
"""The second has no short form either."""
LONG_WORDS = "续签第十三村民小组山塘承包合同并一并办理租金调整补充协议和押金退还手续"


def untouched(township: Township) -> dict[str, str]:
    """The ids by which the pages of a township in which nothing has happened yet are reached."""
    return {
        "checkout": township.filed(),
        "cooperative": township.cooperative(OUTSIDE).id,
        "item": township.all_items(township.cooperative(OUTSIDE).id)[0].id,
        **_always(township),
    }


def furnish(township: Township) -> dict[str, str]:
    """Let everything happen once; answers the ids by which the pages are reached."""
    known = _always(township)
    item, cooperative = township.seal().id, township.cooperative().id
    township.reported("door_forced", {"compartment": "CAB-01/2"})
    used(township, purpose=LONG_WORDS)
    receipt = objects(township, text=LONG_WORDS * 3).headers["location"]
    roster = handed_in(township, workbook(name=LONG_WORDS))
    checkout = taken(township)
    document = sent(township, pdf(), name=f"{LONG_WORDS}.pdf")["id"]
    filed = _filed(township, SealType.FINANCE, attachments=(document,))
    township.client(HEAD).post(f"/decide/{filed}", data=township.answer(filed, "other", LONG_WORDS))
    for contract in (each for each in township.all_items(cooperative) if each.kind is ItemKind.CONTRACT):
        township.filed(items=(contract.id,), mode=Mode.READ, purpose=LONG_WORDS, document="", copies=None)
    bundle = bundle_opened(township).removeprefix("/handovers/bundles/")
    handover = being_counted(township).removeprefix("/handovers/")
    township.client(OFFICE_HEAD).post("/policy/propose", data=proposal(t4="80000", note=LONG_WORDS))
    with TemporaryDirectory() as folder:
        terms, _ = presented(township, Path(folder))
    township.clock.pass_by(timedelta(hours=3))
    watch(township)
    _rename(township)
    make_findable(township)
    return {
        **known,
        "item": item,
        "cooperative": cooperative,
        "checkout": checkout,
        "correctable": filed,
        "handover": handover,
        "document": roster.removeprefix("/admin/roster/"),
        "bundle": bundle,
        "enrolment": terms.enrolment,
        "finding": next(each.id for each in township.all(Finding) if each.rule == "A02"),
        "objection": receipt.removeprefix("/public/objections/").partition("?")[0],
    }


def _always(township: Township) -> dict[str, str]:
    of_the_township = {"person": township.person(HEAD).id, "cabinet": "CAB-01", "code": CODE}
    return {**of_the_township, "number": "0", "version": "1", "month": "2026-11"}


def _filed(township: Township, seal: SealType, **changes: Any) -> str:
    words = {"purpose": LONG_WORDS, "document": LONG_WORDS, "counterparty": f"{LONG_WORDS}有限公司"}
    return township.filed(items=(township.seal(seal).id,), **{**words, **changes})


def _rename(township: Township) -> None:
    """The office imports its roster again, in which two cooperatives have got names of the longest kind."""
    workbook = Path(str(files("server.demo").joinpath("township_roster.xlsx")))
    roster = as_roster(read_workbook(workbook, today=township.clock.now.date()))
    roster = replace(
        roster,
        cooperatives=tuple(_renamed(row) for row in roster.cooperatives),
        people=tuple(replace(row, unit=LONG_NAMES.get(row.unit, row.unit)) for row in roster.people),
        items=tuple(replace(row, cooperative=LONG_NAMES.get(row.cooperative, row.cooperative)) for row in roster.items),
    )
    hashes: Mapping[str, str] = {row.card: row.card.rjust(64, "0") for row in roster.people if row.card}
    township.writer.run_now(import_roster, ImportRoster(roster=roster, card_hashes=hashes, skip_bad=True))


def _renamed(row: CooperativeRow) -> CooperativeRow:
    return replace(row, name=LONG_NAMES.get(row.name, row.name))
