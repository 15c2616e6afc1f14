"""Who may use which route. A route without a declaration cannot be built: nothing is open by forgetting.

A route declares by the one `Declaration` among its dependencies; `DeclaredRoute` looks for it when the route is made.
What a person may see of a thing (their cooperative's, or everyone's) is asked again where the thing is loaded.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute

from server.custody.people import Standing
from server.custody.roles import (
    COOPERATIVE_ROLES,
    MAY_BLOCK,
    MAY_ISSUE_CARDS,
    MAY_ISSUE_CODES,
    MAY_READ_THE_WHOLE_LOG,
    MAY_REGISTER_PEOPLE,
    MAY_UNBLOCK,
    Role,
)
from server.web.storable import is_storable
from server.web.troubles import NotAllowed, NotFound, WithoutRole
from server.web.visit import Visit, arrive

EVERY_ROLE = frozenset(Role)
MAY_READ_A_LOG = MAY_READ_THE_WHOLE_LOG | COOPERATIVE_ROLES
MAY_SEE_STATISTICS = frozenset({Role.REVIEWER, Role.OFFICE_HEAD, Role.INSPECTOR, Role.TOWNSHIP_LEADER})
MAY_OVERSEE = MAY_SEE_STATISTICS | {Role.CABINET_OFFICER}
MAY_SEE_PEOPLE = MAY_BLOCK | MAY_UNBLOCK | MAY_ISSUE_CODES | MAY_ISSUE_CARDS | MAY_REGISTER_PEOPLE


class Declaration:
    """What a route declares: the roles that may use it, or (None) everyone, signed in or not."""

    roles: frozenset[Role] | None = None


class Everyone(Declaration):
    """Anybody who can reach the service."""

    async def __call__(self, request: Request) -> None:
        """Let the visit pass, or raise `NotFound` for an address that can name nothing."""
        _must_name_something(request)


class Holders(Declaration):
    """People who hold one of some roles."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles

    async def __call__(self, request: Request, visit: Annotated[Visit, Depends(arrive)]) -> None:
        """Let the visit pass, or raise `NotSignedIn`, `NotAllowed`, or `NotFound` as for everyone."""
        if self.roles is None or self.roles.isdisjoint(visit.who.roles):
            raise NotAllowed if visit.who.roles else WithoutRole
        _must_name_something(request)


def _must_name_something(request: Request) -> None:
    if not is_storable(request.scope["path"]):
        raise NotFound


class DeclaredRoute(APIRoute):
    """A route that says who may use it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.declaration = _declaration_of(self)
        if (roles := self.declaration.roles) is not None:
            # For the description of the API: with which cookie, and for whom.
            self.openapi_extra = {**(self.openapi_extra or {}), "security": [{"session": []}], "x-roles": sorted(roles)}


def declared_router(**options: Any) -> APIRouter:
    """A router whose every route must declare who may use it."""
    return APIRouter(route_class=DeclaredRoute, **options)


def may(roles: frozenset[Role]) -> list[Any]:
    """Declare: whoever holds one of these roles."""
    return [Depends(Holders(roles))]


PUBLIC = [Depends(Everyone())]
SIGNED_IN = may(EVERY_ROLE)


def may_see(standing: Standing, cooperative: str) -> bool:
    """Whether a person may read what concerns a cooperative: its people may, its village and whoever reads all."""
    theirs = standing.cooperatives() | standing.village
    return cooperative in theirs or standing.holds_any(MAY_READ_THE_WHOLE_LOG)


def may_read(standing: Standing, cooperative: str | None) -> bool:
    """Whether a person may read an entry about this cooperative, or (None) about none."""
    return standing.holds_any(MAY_READ_THE_WHOLE_LOG) or (cooperative is not None and may_see(standing, cooperative))


def readable(standing: Standing, wanted: str) -> str | None:
    """The cooperative a list is cut to: the one wanted, or one's own; None where everything may be read.

    Raises `NotFound` for a wanted one that is not this person's to see.
    """
    if wanted and not may_see(standing, wanted):
        raise NotFound
    if wanted or standing.holds_any(MAY_READ_THE_WHOLE_LOG):
        return wanted or None
    return min(standing.cooperatives(), default="")


def readable_ones(standing: Standing, wanted: str) -> frozenset[str] | None:
    """The cooperatives a list is cut to: the one wanted, or all of one's own; None where everything may be read.

    Raises `NotFound` for a wanted one that is not this person's to see.
    """
    if wanted and not may_see(standing, wanted):
        raise NotFound
    if wanted:
        return frozenset({wanted})
    return None if standing.holds_any(MAY_READ_THE_WHOLE_LOG) else standing.cooperatives()


def _declaration_of(route: APIRoute) -> Declaration:
    dependencies: list[object] = [each.dependency for each in route.dependencies]
    declared = [each for each in dependencies if isinstance(each, Declaration)]
    if len(declared) != 1:
        raise TypeError(f"{route.path} must declare once who may use it, not {len(declared)} times")
    return declared[0]
