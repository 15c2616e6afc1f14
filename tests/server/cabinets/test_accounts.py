"""Who has an account at the embedded broker."""

import pytest

from server.cabinets.accounts import broker_accounts
from tests.server.cabinets.township import PASSWORDS, Township


@pytest.mark.parametrize(
    ("account", "password", "may_come"),
    [
        ("hall-1", PASSWORDS["hall-1"], True),
        ("server", "of this start", True),
        ("hall-1", PASSWORDS["hall-2"], False),
        ("hall-1", "", False),
        ("hall-9", "anything", False),
        ("hall-9", "", False),
        ("", "", False),
        ("server", "", False),
        ("server", "\udcff", False),
    ],
)
def test_agents_and_the_server_come_in_with_their_own_password(
    township: Township, account: str, password: str, may_come: bool
) -> None:
    assert broker_accounts(township.database, "of this start")(account, password) is may_come


def test_a_revoked_agent_has_no_account_any_more(township: Township) -> None:
    authenticate = broker_accounts(township.database, "of this start")
    township.revoke_agent("hall-1")
    assert not authenticate("hall-1", PASSWORDS["hall-1"])
    assert authenticate("hall-2", PASSWORDS["hall-2"])


def test_a_server_without_a_password_lets_nobody_in_as_the_server(township: Township) -> None:
    assert not broker_accounts(township.database, "")("server", "")
