"""Every route says who may use it, and nobody else may."""

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from server.custody.roles import Role
from server.web.access import PUBLIC, DeclaredRoute, declared_router, may
from server.web.api.routes import API_ROUTERS
from server.web.desk.routes import DESK_ROUTERS
from server.web.public.routes import PUBLIC_ROUTERS
from tests.server.web.township import Township

R = Role
EVERYONE = "everyone"
SIGNED_IN = frozenset(R)
OFFICE = frozenset({R.REVIEWER, R.OFFICE_HEAD})
CHECKERS = OFFICE | {R.TOWNSHIP_LEADER}
DECIDERS = CHECKERS | {R.HEAD, R.SUPERVISOR, R.VILLAGE_SECRETARY, R.VILLAGE_SUPERVISOR}
OF_A_COOPERATIVE = frozenset({R.ACCOUNTANT, R.HEAD, R.SUPERVISOR})
WATCHERS = frozenset({R.CABINET_OFFICER, R.REVIEWER, R.OFFICE_HEAD, R.INSPECTOR, R.TOWNSHIP_LEADER, R.AUDIT_ADMIN})
READERS = WATCHERS | OF_A_COOPERATIVE
BLOCKERS = frozenset({R.REVIEWER, R.OFFICE_HEAD, R.CABINET_OFFICER, R.SECURITY_ADMIN})
UNBLOCKERS = frozenset({R.OFFICE_HEAD, R.SECURITY_ADMIN})
PRINTERS = frozenset({R.REVIEWER, R.OFFICE_HEAD, R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
COUNTERS = frozenset({R.CABINET_OFFICER, R.REVIEWER, R.OFFICE_HEAD})
REVIEWERS = frozenset({R.REVIEWER})
ADMINISTRATORS = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
CHANGE_READERS = ADMINISTRATORS | {R.AUDIT_ADMIN, R.OFFICE_HEAD, R.INSPECTOR}
ENROLLING = ("", "/{enrolment}/compared", "/{enrolment}/cancelled")
FILERS = OFFICE | {R.ACCOUNTANT, R.HEAD, R.INSPECTOR}
ATTACHERS = OF_A_COOPERATIVE | OFFICE | {R.CABINET_OFFICER, R.INSPECTOR}

MATRIX: dict[str, frozenset[Role] | str] = {
    "GET /static/{name}": EVERYONE,
    "GET /healthz": EVERYONE,
    "GET /public/{code}": EVERYONE,
    "GET /public/{code}/{month}": EVERYONE,
    "POST /public/{code}/{month}/objections": EVERYONE,
    "GET /public/objections/{objection}": EVERYONE,
    "GET /ca": EVERYONE,
    "GET /ca/gongguan-ca.crt": EVERYONE,
    "GET /verify": EVERYONE,
    "GET /verify.html": EVERYONE,
    "GET /verify/evidence": EVERYONE,
    "GET /disclosures": READERS,
    "POST /disclosures/objections/{objection}/answer": OFFICE,
    "GET /sign-in": EVERYONE,
    "POST /sign-in": EVERYONE,
    "POST /sign-out": EVERYONE,
    "GET /redeem": EVERYONE,
    "POST /redeem": EVERYONE,
    "POST /language": EVERYONE,
    "GET /": SIGNED_IN,
    "GET /requests/new": FILERS,
    "GET /requests/needs": FILERS,
    "GET /requests/things": FILERS,
    "GET /requests/{checkout}/correct": FILERS,
    "POST /requests": FILERS,
    "GET /decide": DECIDERS,
    "POST /decide/{checkout}": DECIDERS,
    "GET /checkouts/{checkout}": SIGNED_IN,
    "POST /checkouts/{checkout}/extend": OFFICE,
    "GET /policy": SIGNED_IN,
    "GET /policy/propose": frozenset({R.OFFICE_HEAD}),
    "POST /policy/propose": frozenset({R.OFFICE_HEAD}),
    "GET /policy/{version}": SIGNED_IN,
    "POST /policy/{version}": frozenset({R.INSPECTOR}),
    "GET /holidays": frozenset({R.OFFICE_HEAD}),
    "POST /holidays": frozenset({R.OFFICE_HEAD}),
    "GET /away": DECIDERS,
    "POST /away": DECIDERS,
    "POST /away/{delegation}/end": DECIDERS,
    "POST /checkouts/{checkout}/withdraw": FILERS,
    "POST /checkouts/{checkout}/reissue": OFFICE,
    "POST /checkouts/{checkout}/revoke": OFFICE,
    "POST /checkouts/{checkout}/documents": ATTACHERS,
    "GET /attachments/{attachment}": SIGNED_IN,
    "POST /papers": READERS,
    "GET /papers/{job}": READERS,
    "GET /papers/{job}/state": READERS,
    "GET /log": READERS,
    "GET /log/{number}": READERS,
    "GET /cabinets": SIGNED_IN,
    "POST /cabinets/agents/{agent}/revocation": ADMINISTRATORS,
    "POST /cabinets/{cabinet}/clearing": OFFICE,
    "GET /cooperatives": READERS,
    "GET /cooperatives/{cooperative}": READERS,
    "GET /cooperatives/{cooperative}/things": READERS,
    "POST /cooperatives/{cooperative}/deposits": REVIEWERS,
    "POST /cooperatives/{cooperative}/deposits/reissue": OFFICE,
    "POST /cooperatives/{cooperative}/handovers": OFFICE,
    "POST /cooperatives/{cooperative}/counts": OFFICE,
    "POST /cooperatives/{cooperative}/counts/end": OFFICE,
    "POST /cooperatives/{cooperative}/freeze": OFFICE,
    "POST /cooperatives/{cooperative}/unfreeze": OFFICE,
    "GET /items/{item}": READERS,
    "POST /items/{item}/steps": frozenset({R.HEAD, R.ACCOUNTANT}) | COUNTERS,
    "POST /items/{item}/successor": OFFICE,
    "GET /handovers": WATCHERS,
    "POST /handovers/bundles": OFFICE,
    "GET /handovers/bundles/{bundle}": WATCHERS,
    "POST /handovers/bundles/{bundle}/begin": OFFICE,
    "POST /handovers/bundles/{bundle}/signatures": WATCHERS,
    "GET /handovers/{handover}": READERS,
    "POST /handovers/{handover}/begin": OFFICE,
    "POST /handovers/{handover}/cancel": OFFICE,
    "POST /handovers/{handover}/list": COUNTERS,
    "POST /handovers/{handover}/surprises": COUNTERS,
    "POST /handovers/{handover}/lines/{item}/count": COUNTERS,
    "POST /handovers/{handover}/lines/{item}/settle": COUNTERS,
    "POST /handovers/{handover}/documents": OF_A_COOPERATIVE | COUNTERS,
    "POST /handovers/{handover}/signatures": READERS,
    "POST /handovers/{handover}/signatures/here": READERS,
    "GET /me": SIGNED_IN,
    "POST /me/block-card": SIGNED_IN,
    "POST /me/block-pin": SIGNED_IN,
    "GET /out": READERS,
    "GET /overview": OFFICE | {R.CABINET_OFFICER, R.INSPECTOR, R.TOWNSHIP_LEADER},
    "GET /notices": SIGNED_IN,
    "GET /notices/{notice}/open": SIGNED_IN,
    "POST /notices/read": SIGNED_IN,
    "GET /notices/wishes": SIGNED_IN,
    "POST /notices/wishes": SIGNED_IN,
    "POST /notices/wishes/trial": SIGNED_IN,
    "GET /notices/deliveries": frozenset({R.SYSTEM_ADMIN, R.OFFICE_HEAD}),
    "POST /notices/deliveries/{delivery}/again": frozenset({R.SYSTEM_ADMIN}),
    "GET /notices/channels": frozenset({R.SYSTEM_ADMIN}),
    "POST /notices/channels/mail": frozenset({R.SYSTEM_ADMIN}),
    "POST /notices/channels/robots": frozenset({R.SYSTEM_ADMIN}),
    "POST /notices/channels/robots/{robot}/remove": frozenset({R.SYSTEM_ADMIN}),
    "POST /notices/channels/robots/{robot}/trial": frozenset({R.SYSTEM_ADMIN}),
    "GET /statistics": OFFICE | {R.INSPECTOR, R.TOWNSHIP_LEADER},
    "GET /public": EVERYONE,
    "GET /search": READERS | BLOCKERS | PRINTERS,
    "GET /findings": READERS,
    "GET /findings/{finding}": READERS,
    "POST /findings/{finding}/explain": OF_A_COOPERATIVE | OFFICE | {R.CABINET_OFFICER},
    "POST /findings/{finding}/accept": CHECKERS,
    "POST /findings/{finding}/return": CHECKERS,
    "POST /findings/{finding}/close": CHECKERS,
    "POST /findings/{finding}/emergency/explain": frozenset({R.CABINET_OFFICER}),
    "POST /findings/{finding}/emergency/attest": (
        OF_A_COOPERATIVE | {R.CABINET_OFFICER, R.REVIEWER, R.VILLAGE_SUPERVISOR}
    ),
    "POST /findings/{finding}/emergency/approve": frozenset({R.OFFICE_HEAD}),
    "POST /findings/{finding}/emergency/refuse": frozenset({R.OFFICE_HEAD}),
    "GET /admin": CHANGE_READERS,
    "GET /admin/changes": CHANGE_READERS,
    "POST /admin/changes/{change}": ADMINISTRATORS,
    **dict.fromkeys(("GET /admin/agents", "GET /admin/agents/{enrolment}"), CHANGE_READERS),
    **dict.fromkeys((f"POST /admin/agents{each}" for each in ENROLLING), frozenset({R.SYSTEM_ADMIN})),
    "GET /admin/settings": CHANGE_READERS,
    "POST /admin/settings/{setting}": frozenset({R.SYSTEM_ADMIN}),
    "GET /admin/cooperatives": CHANGE_READERS,
    "GET /admin/cooperatives/new": frozenset({R.SYSTEM_ADMIN}),
    "POST /admin/cooperatives/new": frozenset({R.SYSTEM_ADMIN}),
    **{f"GET /admin/cooperatives/{{cooperative}}{part}": frozenset({R.SYSTEM_ADMIN}) for part in ("", "/mandate")},
    **{f"POST /admin/cooperatives/{{cooperative}}{part}": frozenset({R.SYSTEM_ADMIN}) for part in ("", "/mandate")},
    "GET /admin/cabinets": CHANGE_READERS,
    "GET /admin/cabinets/new": frozenset({R.SYSTEM_ADMIN}),
    "POST /admin/cabinets/new": frozenset({R.SYSTEM_ADMIN}),
    "GET /admin/cabinets/{cabinet}": CHANGE_READERS,
    "POST /admin/cabinets/{cabinet}/retire": frozenset({R.SYSTEM_ADMIN}),
    "GET /admin/history": CHANGE_READERS,
    "GET /admin/roster": CHANGE_READERS,
    "POST /admin/roster": frozenset({R.SYSTEM_ADMIN}),
    "GET /admin/roster/{document}": CHANGE_READERS,
    "POST /admin/roster/{document}": ADMINISTRATORS,
    "POST /admin/roster/{document}/vanished": CHANGE_READERS,
    "GET /people": BLOCKERS | PRINTERS,
    "GET /people/new": frozenset({R.SYSTEM_ADMIN}),
    "POST /people/new": frozenset({R.SYSTEM_ADMIN}),
    "GET /people/{person}/edit": frozenset({R.SYSTEM_ADMIN}),
    "POST /people/{person}/edit": frozenset({R.SYSTEM_ADMIN}),
    "GET /people/{person}/roles/new": frozenset({R.SYSTEM_ADMIN}),
    "POST /people/{person}/roles/new": frozenset({R.SYSTEM_ADMIN}),
    "POST /people/{person}/roles/end": UNBLOCKERS,
    "POST /people/{person}/card": ADMINISTRATORS | {R.OFFICE_HEAD},
    "POST /people/{person}/sessions/end": BLOCKERS,
    "GET /people/{person}": BLOCKERS | PRINTERS,
    "POST /people/{person}/code": PRINTERS,
    "POST /people/{person}/block": BLOCKERS,
    "POST /people/{person}/unblock": UNBLOCKERS,
    "POST /people/{person}/block-card": BLOCKERS,
    "POST /people/{person}/block-pin": BLOCKERS,
    "POST /api/v1/session": EVERYONE,
    "GET /api/v1/session": SIGNED_IN,
    "DELETE /api/v1/session": SIGNED_IN,
    "POST /api/v1/requests": FILERS,
    "GET /api/v1/requests": READERS,
    "GET /api/v1/requests/{checkout}": READERS,
    "POST /api/v1/requests/{checkout}/withdrawal": FILERS,
    "POST /api/v1/attachments": ATTACHERS,
    "DELETE /api/v1/attachments/{attachment}": ATTACHERS,
    "GET /api/v1/requests/{checkout}/attachments": READERS,
    "POST /api/v1/requests/{checkout}/attachments": ATTACHERS,
    "POST /api/v1/requests/{checkout}/correction": FILERS,
    "GET /api/v1/approvals": DECIDERS,
    "POST /api/v1/requests/{checkout}/approvals": DECIDERS,
    "GET /api/v1/cooperatives": READERS,
    "GET /api/v1/items": READERS,
    "POST /api/v1/deposits": REVIEWERS,
    "POST /api/v1/permits/{permit}/reissue": OFFICE,
    "POST /api/v1/permits/{permit}/revocation": OFFICE,
    "GET /api/v1/openings": READERS,
    "GET /api/v1/log": READERS,
    "GET /api/v1/log/checkpoint": READERS,
    "GET /api/v1/log/{position}": READERS,
    "GET /api/v1/log/{position}/proof": READERS,
    "GET /api/v1/live": SIGNED_IN,
    "GET /api/v1/openapi.json": EVERYONE,
}
"""Who may use what, written down a second time: a route that is new or has changed hands has to be changed here."""


def routes() -> dict[str, BaseRoute]:
    found: dict[str, BaseRoute] = {}
    for router in (*PUBLIC_ROUTERS, *API_ROUTERS, *DESK_ROUTERS):
        for route in router.routes:
            assert isinstance(route, APIRoute)
            found |= {f"{method} {route.path}": route for method in route.methods or ()}
    return found


def concrete(path: str) -> str:
    return path.replace("{position}", "0").replace("{number}", "0").replace("{name}", "mark.svg")


def test_every_route_is_in_the_matrix() -> None:
    assert routes().keys() == MATRIX.keys()


@pytest.mark.parametrize("name", MATRIX)
def test_a_route_declares_what_the_matrix_says(name: str) -> None:
    route = routes()[name]
    assert isinstance(route, DeclaredRoute)
    declared = route.declaration.roles
    assert (EVERYONE if declared is None else declared) == MATRIX[name]


def test_the_application_has_no_route_beside_those_of_the_routers(township: Township) -> None:
    assert {type(route).__name__ for route in township.app.router.routes} == {"_IncludedRouter"}


@pytest.mark.parametrize("declared", [{}, {"dependencies": [*PUBLIC, *may(SIGNED_IN)]}], ids=["nothing", "twice"])
def test_a_route_without_one_declaration_cannot_be_made(declared: dict[str, object]) -> None:
    router: APIRouter = declared_router()
    with pytest.raises(TypeError, match="declare once"):
        router.add_api_route("/secret", lambda: "secret", **declared)  # type: ignore[arg-type]


ONE_OF_EACH = {
    R.ACCOUNTANT: "游少玉",
    R.HEAD: "廖坤东",
    R.SUPERVISOR: "孙辉",
    R.CABINET_OFFICER: "林少军",
    R.REVIEWER: "何慧敏",
    R.OFFICE_HEAD: "赵文斌",
    R.INSPECTOR: "周建国",
}


def everybody(township: Township) -> dict[Role, str]:
    """The name of somebody who holds each role and no other one."""
    return ONE_OF_EACH | {role: township.only_holder(role) for role in R if role not in ONE_OF_EACH}


def test_what_is_answered_follows_the_matrix_for_every_role_on_every_route(township: Township) -> None:
    clients = {role: township.client(name) for role, name in everybody(township).items()}
    wrong = []
    for name, allowed in MATRIX.items():
        method, path = name.split(" ")
        if allowed == EVERYONE or path == "/api/v1/live" or name == "DELETE /api/v1/session":
            continue
        for role, client in clients.items():
            status = client.request(method, concrete(path)).status_code
            if (status == 403) is (role in allowed):
                wrong.append(f"{name} for {role}: {status}")
    assert wrong == []


def test_nobody_gets_in_without_signing_in(township: Township) -> None:
    client = township.client()
    for name, allowed in MATRIX.items():
        method, path = name.split(" ")
        if allowed == EVERYONE:
            continue
        response = client.request(method, concrete(path))
        if path.startswith("/api/"):
            assert response.status_code == 401, name
        else:
            assert response.status_code == 303, name
            assert response.headers["location"].startswith("/sign-in?"), name


def test_a_part_that_refreshes_itself_takes_the_whole_page_to_the_sign_in(township: Township) -> None:
    response = township.client().get("/cabinets", headers={"hx-request": "true"})
    assert (response.status_code, response.headers["hx-redirect"]) == (204, "/sign-in?next=%2Fcabinets")
