"""People who use the JSON API: for stories whose point is elsewhere, and for those without a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from server.demo.cast import Player
from tests.fixtures.patience import PATIENCE_S
from tests.scenarios.people import Cast


class Account:
    """One person's session at `/api/v1`."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def ask_for(self, item: str, purpose: str, **further: Any) -> str:
        """File a request for the item that is so called, of one's own or the first cooperative; answers the checkout.

        `further` are more fields of the request.
        """
        own = self.get("/cooperatives")[0]
        kept = self.get("/items", cooperative=own["id"], limit=200)["rows"]
        found = [each["id"] for each in kept if each["name"].endswith(item)]
        asked = {"items": found, "purpose": purpose, "document": f"{purpose}的文件", "copies": 1, **further}
        checkout: str = self._post("/requests", asked)["checkout"]
        return checkout

    def hand_in(self, content: bytes, name: str, kind: str = "other") -> str:
        """Hand in a document of a kind for one's own (or the first) cooperative; answers its id."""
        own = self.get("/cooperatives")[0]
        about = {"cooperative": own["id"], "name": name, "kind": kind}
        answer = self.http.post(
            "/attachments", params=about, content=content, headers={"content-type": "application/pdf"}
        )
        document: str = answer.raise_for_status().json()["id"]
        return document

    def agree_to(self, checkout: str) -> None:
        """Agree to a request as it is now."""
        shown = self.get(f"/requests/{checkout}")["shown"]
        self._post(f"/requests/{checkout}/approvals", {"agrees": True, "shown": shown})

    def newest(self) -> str:
        """The request that was filed last."""
        checkout: str = self.get("/requests")["rows"][0]["id"]
        return checkout

    def state_of(self, checkout: str) -> str:
        """The state a checkout is in."""
        state: str = self.get(f"/requests/{checkout}")["state"]
        return state

    def events_of(self, checkout: str) -> list[str]:
        """The types of all events in the log that belong to a checkout, oldest first."""
        newest_first = self.get("/log", limit=200)["rows"]
        return [entry["type"] for entry in reversed(newest_first) if entry["checkout"] == checkout]

    def get(self, path: str, **query: Any) -> Any:
        """What is read there."""
        return self.http.get(path, params=query).raise_for_status().json()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()


@contextmanager
def signed_in(url: str, player: Player) -> Iterator[Account]:
    """A person's account."""
    with signed_in_as(url, player.phone, player.password) as account:
        yield account


@contextmanager
def signed_in_as(url: str, phone: str, password: str) -> Iterator[Account]:
    """The account of whoever has this phone."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=PATIENCE_S) as http:
        http.post("/session", json={"phone": phone, "password": password}).raise_for_status()
        yield Account(http)


def approved(url: str, cast: Cast, item: str, purpose: str) -> str:
    """The accountant asks for an item, both approvers agree; answers the checkout's id."""
    with signed_in(url, cast.accountant) as accountant:
        checkout = accountant.ask_for(item, purpose)
    agree(url, checkout, cast.head, cast.reviewer)
    return checkout


def agree(url: str, checkout: str, *approvers: Player) -> None:
    """Each of them agrees, in this order."""
    for approver in approvers:
        with signed_in(url, approver) as account:
            account.agree_to(checkout)
