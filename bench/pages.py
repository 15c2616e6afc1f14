"""Every list, in a township of this size and in a small one: it has to be as fast in both.

Both are seeded by the program's own `seed --scale`: 10,000 entries and 1,000 things, and beside it so many entries and
50,000 things. The small one has fewer cooperatives, so that its pages are nearly as full: what is compared is a page
with a page, not a page with an empty one. One client asks for each again and again; what is measured is from the
request to the last byte.
"""

import os
from collections.abc import Iterator, Mapping
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
from server.custody.states import CredentialKind
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

SMALL = Size(10_000, 1_000, cooperatives=20)
ITEMS = 50_000
READS = 40
WARM_UP = 3
P95_MS_MAX = 200.0
FLAT_RATIO_MAX = 1.5
NOISE_MS = 2.0
"""What two medians of the same page may differ by on a quiet machine."""

WHO = {"accountant": Role.ACCOUNTANT, "reviewer": Role.REVIEWER, "inspector": Role.INSPECTOR}
PAGES: tuple[tuple[str, str], ...] = (
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
"""Who reads what; braces are filled with something of the first cooperative."""


@dataclass(frozen=True, slots=True)
class _Seeded:
    """A seeded township: who signs in as what, and what the addresses name."""

    town: Town
    people: Mapping[str, Somebody]
    named: Mapping[str, object]
    entries: int


def measure(town: Town, entries: int) -> list[Figure]:
    """Measure with so many entries; `GONGGUAN_BENCH_SEEDED` names a folder that was seeded before."""
    beside = town.data.parent
    given = os.environ.get("GONGGUAN_BENCH_SEEDED")
    small = _times(_seeded(beside / "small", SMALL))
    large_town = _open_to_visitors(Path(given)) if given else _seeded(beside / "large", Size(entries, ITEMS))
    large = _times(large_town)
    return [_figure(page, small[page], large[page], large_town.entries) for page in PAGES]


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
    return next(who for who in registers.standings(reader) if who.holds(role))


def _give_passwords(work: Work, people: list[Standing]) -> None:
    phc = password_hash(PASSWORD, os.urandom)
    for who in people:
        set_credential(work, who.id, CredentialKind.PASSWORD, phc)


def _named(reader: Reader, accountant: Standing) -> dict[str, object]:
    (cooperative,) = accountant.cooperatives()
    earlier = checkouts.checkouts(reader, CheckoutFilter(cooperatives=[cooperative])).rows[-1]
    found = findings.findings(reader, FindingFilter(cooperative=cooperative)).rows[0]
    return {
        "cooperative": cooperative,
        "person": accountant.id,
        "checkout": earlier.id,
        "finding": found.id,
        "item": earlier.items[0],
        "position": log_size(reader) // 2,
    }


def _times(seeded: _Seeded) -> dict[tuple[str, str], list[float]]:
    with desk(seeded.town) as server:
        cookies = {name: SignedIn(server.port, who).cookie for name, who in seeded.people.items()}
        return {(who, path): _read(server, cookies[who], path, seeded) for who, path in PAGES}


def _read(server: Desk, cookie: str, path: str, seeded: _Seeded) -> list[float]:
    wanted = request("GET", path.format(**seeded.named), cookie)
    load = drive(server.port, _again_and_again(wanted), clients=1)
    return load.requests_ms[WARM_UP:]


def _again_and_again(wanted: bytes) -> Iterator[Journey]:
    return (_once(wanted) for _ in range(WARM_UP + READS))


def _once(wanted: bytes) -> Journey:
    yield wanted


def _figure(page: tuple[str, str], small: list[float], large: list[float], entries: int) -> Figure:
    """The median decides whether a page is flat, the 95th percentile whether it is fast enough."""
    p95 = quantiles(large, n=20, method="inclusive")[-1]
    is_flat = median(large) <= FLAT_RATIO_MAX * median(small) + NOISE_MS
    return Figure(
        what=f"{page[0]}: {page[1]}",
        unit="ms",
        measured={"p50": median(large), "p95": p95},
        floors={f"p50 with {SMALL.entries:,} of {entries:,} entries": median(small)},
        target=f"p95 < {P95_MS_MAX:.0f} ms, ≤ {FLAT_RATIO_MAX} × small",
        is_met=p95 < P95_MS_MAX and is_flat,
    )
