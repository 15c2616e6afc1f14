"""How a roster's rows fit what is registered already: every misfit is one `RowProblem`, and its row is left out.

How the rows fit each other is `documents`' business; here only what the workbook alone cannot know.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from server.custody.facts import Cooperative
from server.custody.people import Person
from server.custody.roles import ADMINISTRATORS, COOPERATIVE_ROLES, TITLES, Role
from server.custody.roster import SHEET_OF_KIND, CabinetRow, CooperativeRow, ItemRow, PersonRow, Roster, RowProblem
from server.custody.shapes import is_id
from server.custody.states import ItemState
from server.store.registered import Registered

CABINETS, COOPERATIVES, PEOPLE = "共管柜", "合作社", "人员"
R = TypeVar("R", CabinetRow, CooperativeRow, PersonRow, ItemRow)


@dataclass(frozen=True, slots=True)
class _Context:
    """`owners` has stored cooperatives by their place, without those this roster moves; `names` those that will be.

    `roles` has every role somebody holds or would hold, by phone. `refused` has the row of each cooperative of this
    roster that does not fit, by its name.
    """

    known: Registered
    card_hashes: Mapping[str, str]
    owners: Mapping[str, Cooperative]
    card_holders: Mapping[str, Person]
    names: frozenset[str]
    roles: Mapping[str, frozenset[Role]]
    refused: Mapping[str, int] = field(default_factory=dict)


def fitting_rows(
    roster: Roster, known: Registered, card_hashes: Mapping[str, str]
) -> tuple[Roster, tuple[RowProblem, ...]]:
    """The rows that fit, and a problem for each of the others. `card_hashes` has every card number of the roster."""
    context = _context(roster, known, card_hashes)
    cabinets, bad_cabinets = _sift(roster.cabinets, _cabinet_problem, context)
    cooperatives, bad_cooperatives = _sift(roster.cooperatives, _cooperative_problem, context)
    names = {each.name for each in cooperatives}
    refused = {each.name: each.row for each in roster.cooperatives if each.name not in names}
    context = replace(context, names=context.names | names, refused=refused)
    people, bad_people = _sift(roster.people, _person_problem, context)
    items, bad_items = _sift(roster.items, _item_problem, context)
    fitting = replace(roster, cabinets=cabinets, cooperatives=cooperatives, people=people, items=items)
    return fitting, (*bad_cabinets, *bad_cooperatives, *bad_people, *bad_items)


def _context(roster: Roster, known: Registered, card_hashes: Mapping[str, str]) -> _Context:
    listed = {row.code for row in roster.cooperatives}
    stored = known.cooperatives.values()
    return _Context(
        known=known,
        card_hashes=card_hashes,
        owners={each.place: each for each in stored if each.code not in listed},
        card_holders={each.card: each for each in known.people.values() if each.card is not None},
        names=frozenset(each.name for each in stored),
        roles=_roles(roster, known),
    )


def _roles(roster: Roster, known: Registered) -> Mapping[str, frozenset[Role]]:
    phones = {person.id: phone for phone, person in known.people.items()}
    roles: defaultdict[str, set[Role]] = defaultdict(set)
    for grant in known.grants.values():
        roles[phones[grant.person]].add(grant.role)
    for row in roster.people:
        roles[row.phone].add(row.role)
    return {phone: frozenset(held) for phone, held in roles.items()}


def _sift(
    rows: Iterable[R], judge: Callable[[R, _Context], RowProblem | None], context: _Context
) -> tuple[tuple[R, ...], list[RowProblem]]:
    good: list[R] = []
    problems: list[RowProblem] = []
    for row in rows:
        problem = judge(row, context)
        if problem is None:
            good.append(row)
        else:
            problems.append(problem)
    return tuple(good), problems


def _cabinet_problem(row: CabinetRow, context: _Context) -> RowProblem | None:
    if not is_id(row.id) or "/" in row.id:
        expected = "字母、数字和连字符，例如 CAB-01"
        return RowProblem(sheet=CABINETS, row=row.row, column="柜号", found=row.id, expected=expected, rule="id")
    outside = [each for each in context.known.cooperatives.values() if each.cabinet == row.id]
    if any(each.compartment > row.compartments for each in outside):
        return RowProblem(
            sheet=CABINETS,
            row=row.row,
            column="格口数",
            found=str(row.compartments),
            expected="不少于已经在用的格口号",
            rule="compartments_in_use",
        )
    return None


def _cooperative_problem(row: CooperativeRow, context: _Context) -> RowProblem | None:
    place = f"{row.cabinet}/{row.compartment}"
    cabinet = context.known.cabinets.get(row.cabinet)
    if cabinet is not None and (cabinet.retired_at is not None or row.compartment in cabinet.out_of_service):
        return _compartment_problem(row, "没有停用的格口，请换一个", "compartment_retired")
    owner = context.owners.get(place)
    if owner is not None:
        return _compartment_problem(row, f"这个格口已经是{owner.short_name}的，请换一个", "compartment_taken")
    stored = context.known.cooperatives.get(row.code)
    if stored is not None and stored.place != place and _has_things_kept(stored, context.known):
        expected = f"{stored.short_name}的东西还在 {stored.place}，取出后才能换格口"
        return _compartment_problem(row, expected, "compartment_in_use")
    return None


def _compartment_problem(row: CooperativeRow, expected: str, rule: str) -> RowProblem:
    found = f"{row.cabinet} {row.compartment}"
    return RowProblem(sheet=COOPERATIVES, row=row.row, column="格口", found=found, expected=expected, rule=rule)


def _has_things_kept(cooperative: Cooperative, known: Registered) -> bool:
    items = (item for item in known.items.values() if item.cooperative == cooperative.id)
    return any(item.state is not ItemState.REGISTERED for item in items)


def _person_problem(row: PersonRow, context: _Context) -> RowProblem | None:
    if row.role in COOPERATIVE_ROLES and row.unit not in context.names:
        return _unknown_cooperative(PEOPLE, row.row, "所属单位", row.unit, context)
    if len(held := context.roles[row.phone]) > 1 and not held.isdisjoint(ADMINISTRATORS):
        return RowProblem(
            sheet=PEOPLE,
            row=row.row,
            column="职务",
            found=TITLES[row.role],
            expected=f"管理员不兼别的职务，{row.name}另有职务",
            rule="administrators_apart",
        )
    holder = context.card_holders.get(context.card_hashes[row.card]) if row.card is not None else None
    if holder is not None and holder.phone != row.phone:
        return RowProblem(
            sheet=PEOPLE,
            row=row.row,
            column="卡号",
            found=row.card or "",
            expected=f"没有登记过的卡；这张卡已经是{holder.name}的",
            rule="card_taken",
        )
    return None


def _item_problem(row: ItemRow, context: _Context) -> RowProblem | None:
    if row.cooperative in context.names:
        return None
    return _unknown_cooperative(SHEET_OF_KIND[row.kind], row.row, "合作社名称", row.cooperative, context)


def _unknown_cooperative(sheet: str, row: int, column: str, found: str, context: _Context) -> RowProblem:
    refused = context.refused.get(found)
    return RowProblem(
        sheet=sheet,
        row=row,
        column=column,
        found=found,
        expected="“合作社”表里有的、没有错误的合作社",
        rule="unknown_cooperative",
        because="" if refused is None else f"《{COOPERATIVES}》第 {refused} 行",
    )
