"""One finding's page: what was seen, on which entries it rests, what became of it, and what the visitor may do."""

from typing import Any

from starlette.responses import Response

from server.custody.findings.emergencies import (
    CAUSE_TITLES,
    MAY_ATTEST_EMERGENCY,
    Emergency,
    EmergencyStep,
    SpeakingUp,
    refuse_step,
)
from server.custody.findings.finding import Finding
from server.custody.findings.life import FindingMove, moves_open_to
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import entries, findings
from server.web.access import may_read
from server.web.desk.forms import Typed
from server.web.desk.page import page_after, proof_of
from server.web.language import N_
from server.web.troubles import NotFound
from server.web.views.findings import facts_of, facts_of_emergency, finding_line
from server.web.views.log import told
from server.web.views.reading import Reading
from server.web.visit import Visit

DEEDS = {
    FindingMove.EXPLAIN: (N_("写说明"), N_("怎么回事、谁经手、以后怎么办。写好送三资办核查。")),
    FindingMove.ACCEPT: (N_("认可说明"), N_("核查过了，说明属实。")),
    FindingMove.RETURN: (N_("退回再说明"), N_("说明不清楚，写明还要补充什么。")),
    FindingMove.CLOSE: (N_("办结"), N_("写明处理结果，这条预警提示就办完了。")),
}
"""What each move is called, and the hint beside it."""


def finding_page(visit: Visit, finding_id: str, refused: Refused | None = None, form: Typed | None = None) -> Response:
    """The page, with what a rule said to the last thing done there, which was written in `form`."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        finding = _readable(reading, visit.who, finding_id)
        emergency = findings.emergency_of(reader, finding.id)
        story = entries.about_finding(reader, finding)
        context = {
            "finding": finding_line(finding, reading),
            "facts": facts_of(finding, reading),
            "checkout": finding.checkout,
            "grounds": [told(line, reading) for line in entries.at_positions(reader, finding.entries)],
            "story": [told(line, reading, whose=False) for line in story],
            "deeds": _deeds(visit, finding, emergency),
            "path": f"/findings/{finding.id}",
            **_emergency(reader, visit, emergency, reading),
            **proof_of(reader, story[-1].position if story else None),
        }
        return page_after(visit, "finding.html", context, refused, form)


def own_finding(visit: Visit, finding_id: str) -> None:
    """Raise `NotFound` where there is no such finding, or not for this person."""
    with visit.house.database.reading() as reader:
        _readable(Reading(FactRows(reader), visit.now, visit.language), visit.who, finding_id)


def _readable(reading: Reading, who: Standing, finding_id: str) -> Finding:
    finding = reading.must(Finding, finding_id)
    if not may_read(who, finding.cooperative) and who.id not in finding.persons:
        raise NotFound
    return finding


def _deeds(visit: Visit, finding: Finding, emergency: Emergency | None) -> list[dict[str, str]]:
    return [
        {"move": str(move), "word": visit.say(DEEDS[move][0]), "hint": visit.say(DEEDS[move][1])}
        for move in moves_open_to(visit.who, finding, emergency)
    ]


def _emergency(reader: Reader, visit: Visit, emergency: Emergency | None, reading: Reading) -> dict[str, Any]:
    if emergency is None:
        return {"emergency": (), "steps": (), "causes": (), "attesters": ()}
    steps = _steps_open_to(visit, emergency)
    able = find.people_with(FactRows(reader), MAY_ATTEST_EMERGENCY) if EmergencyStep.EXPLAIN in steps else ()
    return {
        "emergency": facts_of_emergency(emergency, reading),
        "steps": [str(step) for step in steps],
        "causes": [{"code": str(cause), "word": visit.say(title)} for cause, title in CAUSE_TITLES.items()],
        "attesters": [each.person for each in able if each.person.is_active and each.id != visit.who.id],
    }


def _steps_open_to(visit: Visit, emergency: Emergency) -> list[EmergencyStep]:
    """What this person can do now; for explaining, somebody else still has to be named."""
    open_steps = []
    for step in EmergencyStep:
        speaking = SpeakingUp(who=visit.who, emergency=emergency, step=step, words="…", attester=None, now=visit.now)
        refused = refuse_step(speaking)
        if refused is None or refused.rule == "emergency_no_attester":
            open_steps.append(step)
    return open_steps
