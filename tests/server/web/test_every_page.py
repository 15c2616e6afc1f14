"""Every page of the product, for everybody who has it: readable at both sizes, reachable by everybody.

The pages are taken from the routes, so a new one is looked at without being named here; one whose address needs an id
that `furnished` does not know fails. Each page of each role is made; the browser looks at those that are built of
something that no page before them had.
"""

from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from string import Formatter

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from server.custody.roles import Role
from server.web.access import DeclaredRoute
from server.web.desk.routes import DESK_ROUTERS
from server.web.public.routes import PUBLIC_ROUTERS
from server.web.sessions import cookie_name
from tests.server.web.furnished import furnish, untouched
from tests.server.web.service import serving
from tests.server.web.test_access import everybody
from tests.server.web.township import Township

PAGE_BYTES_MAX = 150_000
SIZES = ({"width": 360, "height": 740}, {"width": 1280, "height": 800})
NO_PAGES = {
    "/static/{name}": "a file",
    "/healthz": "for programs",
    "/ca/gongguan-ca.crt": "a file",
    "/attachments/{attachment}": "a file",
    "/notices/{notice}/open": "leads on",
    "/papers/{job}": "a file, once it is made",
    "/papers/{job}/state": "part of a page",
    "/requests/needs": "part of a page",
    "/requests/things": "part of a page",
    "/verify/evidence": "for the script of a page",
    "/verify.html": "a file to keep",
}
QUERIES = {
    "/requests/new": "?mode=off_site&matter=lease&items={item}",
    "/search": "?q=合同",
    "/statistics": "?span=90",
}
ABSENT_UNTOUCHED = {"document", "finding", "handover", "bundle", "objection", "correctable", "enrolment"}
"""What nothing in an untouched township is found by."""


class Shape(HTMLParser):
    """What a page is built of: its elements with their classes and the attributes that carry meaning."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: set[str] = set()
        self.titles = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        known = dict(attrs)
        self.titles += tag == "h1"
        self.parts.add(f"{tag}.{known.get('class')}[{known.get('role')},{known.get('type')}]")


def addresses(known: Mapping[str, str]) -> Iterator[tuple[str, frozenset[Role] | None]]:
    """Every page's address, and who may open it (None: everyone)."""
    for router in (*PUBLIC_ROUTERS, *DESK_ROUTERS):
        for route in router.routes:
            assert isinstance(route, DeclaredRoute)
            if "GET" not in (route.methods or ()) or route.path in NO_PAGES:
                continue
            path = route.path.replace("{checkout}/correct", "{correctable}/correct") + QUERIES.get(route.path, "")
            if not {name for _, name, _, _ in Formatter().parse(path) if name} & (ABSENT_UNTOUCHED - known.keys()):
                yield path.format(**known), route.declaration.roles


class Rounds:
    """One look at everything: the pages made, and those worth a look in the browser.

    `worth_a_look`: address, the cookie that opens it, and whether it is built of something new.
    """

    def __init__(self, township: Township, known: Mapping[str, str]) -> None:
        self.wrong: list[str] = []
        self.worth_a_look: list[tuple[str, str, bool]] = []
        self._seen: set[str] = set()
        people = {None: township.client()} | {role: township.client(n) for role, n in everybody(township).items()}
        for path, roles in addresses(known):
            for role, client in people.items():
                if role is None if roles is None else role in roles:
                    self._make(
                        path, client.get(path, follow_redirects=True), client.cookies.get(cookie_name(tls=False))
                    )

    def _make(self, path: str, answer: object, token: str | None) -> None:
        text, status = str(getattr(answer, "text", "")), getattr(answer, "status_code", 0)
        shape = Shape(text)
        if status == 404:  # somebody else's
            return
        if status != 200 or shape.titles != 1 or len(text.encode()) > PAGE_BYTES_MAX or " - 共管</title>" not in text:
            self.wrong.append(f"{path}: {status}, {shape.titles} titles, {len(text.encode())} bytes")
        if (is_new := not shape.parts <= self._seen) or path not in self._seen:
            self._seen |= {path, *shape.parts}
            self.worth_a_look.append((path, token or "", is_new))


def overflows(page: Page) -> Iterator[str]:
    """Where this page is wider than its screen."""
    for size in reversed(SIZES):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"{width} px wide on a screen of {size['width']}"


def serious_violations(page: Page) -> Iterator[str]:
    """What axe finds that keeps somebody out."""
    for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        if violation["impact"] in {"serious", "critical"}:
            yield from (f"{violation['id']}: {node['html'][:120]}" for node in violation["nodes"])


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(untouched, id="an untouched township", marks=pytest.mark.long),
        pytest.param(furnish, id="a busy one with long names"),
    ],
)
def test_every_page_of_everybody_fits_both_screens_and_keeps_nobody_out(
    township: Township, open_screen: Callable[..., Page], prepare: Callable[[Township], dict[str, str]]
) -> None:
    rounds = Rounds(township, prepare(township))
    assert rounds.wrong == []
    found = []
    with serving(township.app) as address:
        page = open_screen("phone", base_url=address, bypass_csp=True)
        for path, token, is_new in rounds.worth_a_look:
            page.context.clear_cookies()
            if token:
                page.context.add_cookies([{"name": cookie_name(tls=False), "value": token, "url": address}])
            page.goto(path)
            found += [f"{path}: {said}" for said in (*overflows(page), *(serious_violations(page) if is_new else ()))]
    assert not found, "\n".join(found)


def test_axe_would_find_something(township: Township, open_screen: Callable[..., Page]) -> None:
    with serving(township.app) as address:
        page = open_screen("phone", base_url=address, bypass_csp=True)
        page.goto("/sign-in")
        assert list(serious_violations(page)) == []
        page.evaluate("document.querySelector('label').remove()")
        assert list(serious_violations(page)) != []
