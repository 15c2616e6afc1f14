"""Everything registered so far by its natural keys: what a roster is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from server.custody.facts import Cabinet, Cooperative, Item
from server.custody.people import Grant, Person
from server.store.fact_rows import all_facts

ItemKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Registered:
    """Stored facts by 柜号, 编号, name, 手机号, and (cooperative id, kind, key); `grants` only those in force."""

    cabinets: Mapping[str, Cabinet]
    cooperatives: Mapping[str, Cooperative]
    people: Mapping[str, Person]
    items: Mapping[ItemKey, Item]
    grants: Mapping[str, Grant]


def registered(connection: Connection) -> Registered:
    """Read it all; a township has some thousand rows."""
    return Registered(
        cabinets=all_facts(connection, Cabinet),
        cooperatives={each.code: each for each in all_facts(connection, Cooperative).values()},
        people={each.phone: each for each in all_facts(connection, Person).values()},
        items={(each.cooperative, str(each.kind), each.key): each for each in all_facts(connection, Item).values()},
        grants={key: each for key, each in all_facts(connection, Grant).items() if each.is_active},
    )
