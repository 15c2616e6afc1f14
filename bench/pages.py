"""Every list, in a township of this size and in a small one: it has to be as fast in both.

Both are seeded by the program's own `seed --scale`: 10,000 entries and 1,000 things, and beside it so many entries and
50,000 things. In both the last weeks were the same, so that a page is as full in one as in the other: what grows is
what lies behind it. How many rows each shows is counted, and where they differ a page is not called flat. One client
asks for each again and again, first in the small township, then in the large one; what is measured is from the request
to the last byte.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from bench.figures import Figure
from bench.load import Journey, drive, request
from bench.processes import Desk, desk
from bench.township import PASSWORD, Somebody, Town
from bench.visitors import SignedIn
from server.custody.people import Standing
from server.custody.roles import Role
from server.custody.states import CheckoutState, CredentialKind
from server.operate.scale.seed import Size, seed
from server.store.database import Reader
from server.store.lists import checkouts, findings, registers
from server.store.lists.checkouts import CheckoutFilter
from server.store.lists.entries import log_size
from server.store.lists.findings import FindingFilter
from server.store.work import Work
from server.township import opened
from server.usecases.hashing import password_hash
from server.usecases.redeem_code import set_credential

SMALL = Size(10_000, 1_000)
ITEMS = 50_000
READS = 40
WARM_UP = 3
P95_MS_MAX = 200.0
FLAT_RATIO_MAX = 1.5
NOISE_MS = 2.0
"""What two medians of the same page may differ by on a quiet machine."""
ROWS_RATIO_MAX = 1.05
"""A table has a few headings for its days and months."""
_ROW = re.compile(rb"<(?:tr|li|label|option|article)\b")

WHO = {"accountant": Role.ACCOUNTANT, "reviewer": Role.REVIEWER, "inspector": Role.INSPECTOR}
Listed = tuple[str, str]
"""Who reads, and the address; braces are filled with something of the first cooperative."""
PAGES: tuple[Listed, ...] = (
    ("accountant", "/"),
    ("accountant", "/requests/new"),
    ("accountant", f"/requests/things?find={quote('合同')}"),
    ("accountant", "/log"),
    ("accountant", "/out"),
    ("accountant", "/findings"),
    ("accountant", f"/search?q={quote('东坑')}"),
    ("accountant", "/cooperatives/{cooperative}"),
    ("accountant", "/cooperatives/{cooperative}/things?kind=voucher"),
    ("accountant", f"/cooperatives/{{cooperative}}/things?q={quote('合同')}"),
    ("accountant", "/api/v1/requests"),
    ("accountant", "/api/v1/requests?state=returned"),
    ("accountant", "/api/v1/requests?state=refused"),
    ("accountant", "/api/v1/items"),
    ("accountant", "/api/v1/openings"),
    ("reviewer", "/decide"),
    ("reviewer", "/log"),
    ("reviewer", "/log?cooperative={cooperative}"),
    ("reviewer", "/log?item={item}"),
    ("reviewer", "/log?person={person}"),
    ("reviewer", "/log?item={item}&person={person}"),
    *(("reviewer", f"/log?kind={kind}") for kind in ("request", "permit", "door", "alarm", "people", "finding")),
    ("reviewer", "/log?cooperative={cooperative}&kind=alarm"),
    ("reviewer", "/log?period=month"),
    ("reviewer", "/log?person={person}&kind=alarm"),
    ("reviewer", "/log?item={item}&kind=finding"),
    ("reviewer", "/log?cooperative={cooperative}&item={item}"),
    ("reviewer", "/checkouts/{checkout}"),
    ("reviewer", "/items/{item}"),
    ("reviewer", "/out"),
    ("reviewer", "/findings"),
    ("reviewer", "/findings?all=1"),
    ("reviewer", "/findings?all=1&rule=A03"),
    ("reviewer", "/findings?all=1&level=red"),
    ("reviewer", "/findings/{finding}"),
    ("reviewer", "/statistics?span=year"),
    ("reviewer", f"/search?q={quote('东坑')}"),
    ("reviewer", f"/search?q={quote('没有这样的东西')}"),
    ("reviewer", "/handovers"),
    ("reviewer", "/cooperatives"),
    ("reviewer", "/cooperatives/{cooperative}"),
    ("reviewer", "/cabinets"),
    ("reviewer", "/people"),
    ("reviewer", "/people/{person}"),
    ("reviewer", "/disclosures"),
    ("reviewer", "/api/v1/log?limit=50"),
    ("reviewer", "/api/v1/log/{position}/proof"),
    ("reviewer", "/api/v1/requests"),
    ("reviewer", "/api/v1/requests?state=out"),
    ("reviewer", "/api/v1/requests?state=refused"),
    ("reviewer", "/api/v1/requests?cooperative={cooperative}&state=expired"),
    ("reviewer", "/api/v1/items?limit=50"),
    ("reviewer", "/api/v1/items?cooperative={cooperative}"),
    ("reviewer", "/api/v1/openings"),
    ("reviewer", "/api/v1/cooperatives"),
    ("reviewer", "/api/v1/approvals"),
    ("inspector", "/public"),
)


@dataclass(frozen=True, slots=True)
class _Seeded:
    """A seeded township: who signs in as what, and what the addresses name."""

    town: Town
    people: Mapping[str, Somebody]
    named: Mapping[str, object]
    entries: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """How long a page took each time, and how many rows it shows."""

    took_ms: list[float]
    rows: int


def measure(town: Town, entries: int) -> list[Figure]:
    """Measure with so many entries; `GONGGUAN_BENCH_SEEDED` names a folder that was seeded before."""
    beside = town.data.parent
    given = os.environ.get("GONGGUAN_BENCH_SEEDED")
    small = _seeded(beside / "small", SMALL)
    large = _open_to_visitors(Path(given)) if given else _seeded(beside / "large", Size(entries, ITEMS))
    with _visited(small) as small_read, _visited(large) as large_read:
        return [_figure(page, small_read(page), large_read(page), large.entries) for page in PAGES]


def _seeded(data: Path, size: Size) -> _Seeded:
    seed(data, size)
    return _open_to_visitors(data)


def _open_to_visitors(data: Path) -> _Seeded:
    """Give those who are to read a password."""
    with opened(data) as township:
        with township.database.reading() as reader:
            chosen = {name: _first(reader, role) for name, role in WHO.items()}
        township.writer.run_now(_give_passwords, list(chosen.values()))
        with township.database.reading() as reader:
            named, entries = _named(reader, chosen["accountant"]), log_size(reader)
    people = {name: Somebody(id=who.id, phone=who.person.phone, card="") for name, who in chosen.items()}
    town = Town(data=data, cooperatives=(), officer=people["reviewer"], reviewer=people["reviewer"], plans=())
    return _Seeded(town, people, named, entries)


def _first(reader: Reader, role: Role) -> Standing:
    """Whoever was registered first: telephone numbers are counted up."""
    return min((who for who in registers.standings(reader) if who.holds(role)), key=lambda who: who.person.phone)


def _give_passwords(work: Work, people: list[Standing]) -> None:
    phc = password_hash(PASSWORD, os.urandom)
    for who in people:
        set_credential(work, who.id, CredentialKind.PASSWORD, phc)


def _named(reader: Reader, accountant: Standing) -> dict[str, object]:
    (cooperative,) = accountant.cooperatives()
    done = CheckoutFilter(cooperatives=[cooperative], state=CheckoutState.RETURNED)
    earlier = checkouts.checkouts(reader, done).rows[-1]
    found = findings.findings(reader, FindingFilter(cooperative=cooperative)).rows[0]
    return {
        "cooperative": cooperative,
        "person": accountant.id,
        "checkout": earlier.id,
        "finding": found.id,
        "item": earlier.items[0],
        "position": log_size(reader) // 2,
    }


@contextmanager
def _visited(seeded: _Seeded) -> Iterator[Callable[[Listed], _Reading]]:
    """Serve this township, and read its pages one by one."""
    with desk(seeded.town) as server:
        cookies = {name: _cookie(server.port, who) for name, who in seeded.people.items()}
        yield lambda page: _read(server, request("GET", page[1].format(**seeded.named), cookies[page[0]]))


def _cookie(port: int, who: Somebody) -> str:
    """What a browser sends once this person has signed in."""
    with closing(SignedIn(port, who)) as signed_in:
        return signed_in.cookie


def _read(server: Desk, wanted: bytes) -> _Reading:
    answers: list[bytes] = []
    journeys = (_once(wanted, answers) for _ in range(WARM_UP + READS))
    load = drive(server.port, journeys, clients=1)
    return _Reading(load.requests_ms[WARM_UP:], _rows(answers[-1]))


def _once(wanted: bytes, answers: list[bytes]) -> Journey:
    answers.append((yield wanted))


def _rows(answer: bytes) -> int:
    """How much a page lists: its rows, lines and choices; of an answer in JSON, its rows."""
    if not answer.startswith((b"{", b"[")):
        return len(_ROW.findall(answer))
    told = json.loads(answer)
    return len(told if isinstance(told, list) else told.get("rows", ()))


def _figure(page: Listed, small: _Reading, large: _Reading, entries: int) -> Figure:
    """The median decides whether a page is flat, the 95th percentile whether it is fast enough."""
    p50, p95 = median(large.took_ms), quantiles(large.took_ms, n=20, method="inclusive")[-1]
    is_flat = p50 <= FLAT_RATIO_MAX * median(small.took_ms) + NOISE_MS
    is_alike = max(small.rows, large.rows) <= ROWS_RATIO_MAX * min(small.rows, large.rows)
    rows = f"{large.rows} rows" if small.rows == large.rows else f"{large.rows} rows, small {small.rows}"
    return Figure(
        what=f"{page[0]}: {page[1]} ({rows})",
        unit="ms",
        measured={"p50": p50, "p95": p95},
        floors={f"p50 with {SMALL.entries:,} of {entries:,} entries": median(small.took_ms)},
        target=f"p95 < {P95_MS_MAX:.0f} ms, ≤ {FLAT_RATIO_MAX} × small",
        is_met=p95 < P95_MS_MAX and is_flat and is_alike,
    )
