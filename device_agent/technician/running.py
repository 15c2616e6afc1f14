"""Whether the agent itself runs on this machine, asked of its own page, and what it says of itself."""

from typing import Any

import httpx

HOST = "127.0.0.1"
WITHIN_S = 2.0


def health_of_agent(kiosk_port: int) -> dict[str, Any] | None:
    """What the running agent says of itself; `None` if none answers there."""
    if not kiosk_port:
        return None
    try:
        said = httpx.get(f"http://{HOST}:{kiosk_port}/healthz", timeout=WITHIN_S, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return None
    return said if isinstance(said, dict) and "agent" in said else None


def is_agent_running(kiosk_port: int) -> bool:
    """Whether an agent answers on its page's port."""
    return health_of_agent(kiosk_port) is not None
