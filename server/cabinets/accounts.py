"""Who may come to the embedded broker: the server itself, and every active agent with the password of its bundle."""

import hashlib
from collections.abc import Collection
from hmac import compare_digest

from server.cabinets.gate import Authenticate
from server.cabinets.topic_rules import SERVER
from server.store import deliveries
from server.store.database import Database

_NOBODYS_PASSWORD = hashlib.sha256(b"").hexdigest()


def broker_accounts(database: Database, server_password: str) -> Authenticate:
    """The check for `GuardedBroker`. Agents' passwords are 256 random bits, so that their bare SHA-256 keeps them safe.

    A revoked agent has no account any more. As long an answer for a wrong name as for a wrong password.
    """
    server_digest = hashlib.sha256(server_password.encode()).hexdigest()

    def authenticate(account: str, password: str) -> bool:
        expected = server_digest if account == SERVER else _digest_of_agent(database, account)
        is_known = expected not in ("", _NOBODYS_PASSWORD)
        given = hashlib.sha256(password.encode(errors="replace")).hexdigest()
        return compare_digest(given, expected or _NOBODYS_PASSWORD) and is_known

    return authenticate


def without_account(database: Database, present: Collection[str]) -> frozenset[str]:
    """Those among the accounts that are connected whose agent has been revoked meanwhile."""
    with database.reading() as reader:
        active = {agent.id for agent in deliveries.agents(reader)}
    return frozenset(present) - active - {SERVER}


def _digest_of_agent(database: Database, account: str) -> str:
    with database.reading() as reader:
        agent = deliveries.agent(reader, account)
    return agent.broker_password if agent is not None and agent.is_active else ""
