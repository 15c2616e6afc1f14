"""Those who use the product over HTTP: somebody signed in on the web, and the people at the kiosk."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic, monotonic_ns
from typing import Any, Self

from bench.processes import HOST
from bench.township import PASSWORD, PIN, Cooperative, Somebody, Town

WAIT_S = 20.0
KEPT_S = 3.0
"""uvicorn gives an idle connection up after five seconds."""
Screen = dict[str, Any]


class NotAnswered(Exception):
    """Something else came back than was to be expected; the message shows it."""


class Client:
    """A connection to a service on loopback, opened anew where the service would have given it up. For one thread."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=WAIT_S)
        self._used_at = monotonic()

    def post(self, path: str, fields: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[HTTPResponse, Any]:
        """Post JSON; answers the response and its JSON. Raises `NotAnswered` for a refusal."""
        return self._asked("POST", path, json.dumps(fields).encode(), headers)

    def get(self, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """The JSON that is read there; raises `NotAnswered` for a refusal."""
        answered: dict[str, Any]
        _, answered = self._asked("GET", path, b"", headers)
        return answered

    def _asked(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[HTTPResponse, Any]:
        if monotonic() - self._used_at > KEPT_S:
            self._connection.close()
        self._connection.request(method, path, body, {"content-type": "application/json", **headers})
        response = self._connection.getresponse()
        answered = json.loads(response.read())
        self._used_at = monotonic()
        if response.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise NotAnswered(f"{path}: {response.status} {answered}")
        return response, answered

    def close(self) -> None:
        """Give the connection up; the next request would open another."""
        self._connection.close()


class SignedIn:
    """Somebody with an open session, on a connection of their own. Not for two threads."""

    def __init__(self, port: int, who: Somebody) -> None:
        self._client = Client(port)
        response, _ = self._client.post("/api/v1/session", {"phone": who.phone, "password": PASSWORD}, {})
        self.cookie = (response.getheader("set-cookie") or "").partition(";")[0]

    def post(self, path: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Post to the API; raises `NotAnswered` for a refusal."""
        answered: dict[str, Any]
        _, answered = self._client.post(f"/api/v1{path}", fields, {"cookie": self.cookie})
        return answered

    def reads(self, checkout: str) -> str:
        """Read a request; answers what an answer to it has to name. Raises `NotAnswered` for a refusal."""
        return str(self._client.get(f"/api/v1/requests/{checkout}", {"cookie": self.cookie})["shown"])

    def agrees(self, checkout: str, shown: str) -> dict[str, Any]:
        """Agree to a request that was read; raises `NotAnswered` for a refusal."""
        return self.post(f"/requests/{checkout}/approvals", {"agrees": True, "shown": shown})

    def close(self) -> None:
        """Go away without signing out."""
        self._client.close()


class Office:
    """The people of a township at their desks; each signs in when first needed. A context manager."""

    def __init__(self, town: Town, port: int) -> None:
        self._port = port
        self._signed_in: dict[str, SignedIn] = {}
        self.reviewer = self.of(town.reviewer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for who in self._signed_in.values():
            who.close()

    def of(self, who: Somebody) -> SignedIn:
        """Somebody's session."""
        if who.id not in self._signed_in:
            self._signed_in[who.id] = SignedIn(self._port, who)
        return self._signed_in[who.id]

    def endorsed(self, cooperative: Cooperative, item: str) -> str:
        """A request that waits for the reviewer alone; answers the checkout."""
        asked: dict[str, Any] = {"items": [item], "purpose": "签土地发包合同", "document": "土地发包合同", "copies": 2}
        if item != cooperative.seal:
            asked = {"items": [item], "mode": "read", "purpose": "查阅凭证"}
        filed = self.of(cooperative.accountant).post("/requests", asked)
        checkout, head = str(filed["checkout"]), self.of(cooperative.head)
        head.agrees(checkout, head.reads(checkout))
        return checkout

    def permitted(self, checkout: str, shown: str) -> str:
        """The reviewer, who has read it, agrees; answers the permit."""
        return str(self.reviewer.agrees(checkout, shown)["permit"])


class AtKiosk:
    """The people in front of the touch screen: they press keys and watch what is drawn, as the page's script does."""

    def __init__(self, port: int) -> None:
        self._keys = Client(port)
        self._own_page = {"origin": f"http://{HOST}:{port}"}
        self._watching = HTTPConnection(HOST, port)
        self._changed = threading.Condition()
        self._screens: list[tuple[int, Screen]] = []
        self._eye = threading.Thread(target=self._watch, name="screen", daemon=True)

    def __enter__(self) -> Self:
        self._eye.start()
        self.until("waiting")
        return self

    def __exit__(self, *_error: object) -> None:
        self._watching.sock.shutdown(socket.SHUT_RDWR)
        self._eye.join()
        self._watching.close()
        self._keys.close()

    def identify(self, *people: Somebody) -> None:
        """Card and PIN of each, one after the other."""
        for number, who in enumerate(people, start=1):
            self._keys.post("/card", {"number": who.card}, self._own_page)
            self.until("pin")
            self._keys.post("/pin", {"digits": PIN}, self._own_page)
            self.until(*(("next",) if number < len(people) else ("choosing", "nothing")))

    def touch(self, key: str, **more: str) -> int:
        """Touch a key of the screen that is shown; answers the `time.monotonic_ns` just before."""
        serial = self._screens[-1][1]["serial"]
        touched_ns = monotonic_ns()
        self._keys.post("/touch", {"touch": key, "serial": serial, **more}, self._own_page)
        return touched_ns

    def choose(self, kind: str, permit: str) -> None:
        """Touch this offer, once it is there: a permit comes when its issuance is published."""
        self._first(lambda screen: screen["name"] == "choosing" and permit in screen["parts"]["main"], newest_only=True)
        self.touch("choose", kind=kind, subject=permit)

    def open(self) -> int:
        """The last touch; answers the `time.monotonic_ns` just before."""
        self.until("ready")
        return self.touch("open")

    def finish(self, item: str, close: Callable[[], None], *people: Somebody, copies: int | None = None) -> None:
        """Say what moved, close the door, say how many copies were stamped, confirm, and leave."""
        self.until("moving")
        self.touch("tick", subject=item)
        self.touch("all_there")
        self.until("closing")
        close()
        if copies is not None:
            self.until("copies")
            self.touch("state_copies", subject=str(copies))
        self.until("confirming")
        for who in people:
            self.touch("confirm", subject=who.id)
        self.until("done")
        self.touch("end")
        self.until("waiting")

    def until(self, *names: str) -> Screen:
        """Wait for a screen of that name."""
        return self._first(lambda screen: screen["name"] in names, newest_only=True)[1]

    def usable_ns(self, kind: str, permit: str) -> int:
        """When a screen was first seen that offers this and does not refuse it, as it does until it is proven."""
        key = f'offer-{kind}" data-touch="choose" data-kind="{kind}" data-subject="{permit}"'
        return self._first(lambda screen: key in screen["parts"]["main"])[0]

    def _first(self, fits: Callable[[Screen], bool], *, newest_only: bool = False) -> tuple[int, Screen]:
        found: list[tuple[int, Screen]] = []

        def look() -> bool:
            among = self._screens[-1:] if newest_only else self._screens
            found[:] = [each for each in among if fits(each[1])]
            return bool(found)

        with self._changed:
            if not self._changed.wait_for(look, WAIT_S):
                raise NotAnswered(str(self._screens[-1:]))
        return found[0]

    def _watch(self) -> None:
        self._watching.request("GET", "/screens")
        response = self._watching.getresponse()
        with suppress(HTTPException, OSError):  # how it ends when they have gone
            while line := response.readline():
                seen_ns = monotonic_ns()
                if line.startswith(b"data: "):
                    with self._changed:
                        self._screens.append((seen_ns, json.loads(line[6:])))
                        self._changed.notify_all()
