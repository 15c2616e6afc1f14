"""Who may say and hear what on the broker: pure, and the same rules as `deploy/mosquitto/acl`.

A client is known by its account name, which is also its MQTT client id. `%u` in a rule stands for that name; `+` and
`#` are MQTT's wildcards. Asking for more than a rule covers is refused as a whole: an allowed `a/+` does not admit
somebody who subscribes to `a/#`.
"""

import re
from typing import Literal

SERVER = "server"
"""The server's own account. No agent may be called this."""

Act = Literal["write", "read"]

SERVER_MAY: dict[Act, tuple[str, ...]] = {
    "write": ("gongguan/v1/+/down/#", "gongguan/v1/server/state"),
    "read": ("gongguan/v1/+/up/#", "gongguan/v1/+/state"),
}
AGENT_MAY: dict[Act, tuple[str, ...]] = {
    "write": ("gongguan/v1/%u/up/#", "gongguan/v1/%u/state"),
    "read": ("gongguan/v1/%u/down/#", "gongguan/v1/server/state"),
}
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def is_account(name: str) -> bool:
    """Whether `name` can be an account: 1 to 63 lower-case letters, digits and hyphens, so never part of a pattern."""
    return _ACCOUNT.fullmatch(name) is not None


def may(account: str, act: Act, topic: str) -> bool:
    """Whether `account` may write to, or receive or subscribe to, `topic` (for a subscription: the topic filter)."""
    rules = SERVER_MAY if account == SERVER else AGENT_MAY
    return is_account(account) and any(covers(rule.replace("%u", account), topic) for rule in rules[act])


def covers(allowed: str, asked: str) -> bool:
    """Whether every topic that the filter `asked` matches is matched by the filter `allowed` too."""
    allowed_levels, asked_levels = allowed.split("/"), asked.split("/")
    for position, level in enumerate(allowed_levels):
        if level == "#":
            return len(asked_levels) > position
        if position >= len(asked_levels) or asked_levels[position] == "#":
            return False
        if level not in ("+", asked_levels[position]):
            return False
    return len(asked_levels) == len(allowed_levels)
