"""Reading through the API: one thing by its key, a cooperative's list, a page of the log; 8 clients at once."""

from bench.figures import Figure
from bench.floors import bare_requests_per_s
from bench.load import Journey, Load, drive, request
from bench.processes import desk
from bench.township import Town
from bench.visitors import Office

READS = (
    ("a checkout by its key", "/api/v1/requests/{checkout}", 0.08),
    ("everything a cooperative keeps", "/api/v1/items?limit=200&cooperative={cooperative}", 0.04),
    ("50 entries of the log", "/api/v1/log?limit=50", 0.04),
    ("50 entries of a cooperative's log", "/api/v1/log?limit=50&cooperative={cooperative}", 0.04),
)
"""What is read, where, and at least how often beside an application that does nothing."""


def measure(town: Town, reads: int) -> list[Figure]:
    """Read each of these so often."""
    bare_per_s = bare_requests_per_s()
    asking = town.cooperatives[0]
    with desk(town) as server, Office(town, server.port) as office:
        named = {"checkout": office.endorsed(asking, asking.vouchers[0]), "cooperative": asking.id}
        return [
            _figure(what, _load(server.port, path.format(**named), office, reads), bare_per_s, ratio_min)
            for what, path, ratio_min in READS
        ]


def _load(port: int, path: str, office: Office, reads: int) -> Load:
    wanted = request("GET", path, office.reviewer.cookie)
    return drive(port, (_read(wanted) for _ in range(reads)))


def _read(wanted: bytes) -> Journey:
    yield wanted


def _figure(what: str, load: Load, bare_per_s: float, ratio_min: float) -> Figure:
    return Figure(
        what=f"API: {what}",
        unit="/s",
        measured={"reads": load.requests_per_s},
        floors={"bare ASGI": bare_per_s},
        target=f"≥ {ratio_min} × bare",
        is_met=load.requests_per_s >= ratio_min * bare_per_s,
    )
