"""Noise for everything the API describes, as every role: nothing breaks, nothing is answered that is not described."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.custody.roles import Role
from server.custody.states import SealType
from server.web.sessions import cookie_name
from tests.server.web.township import Township

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "GET /api/v1/session",
    "GET /api/v1/requests",
    "POST /api/v1/requests",
    "GET /api/v1/requests/{checkout}",
    "POST /api/v1/requests/{checkout}/withdrawal",
    "POST /api/v1/requests/{checkout}/correction",
    "GET /api/v1/requests/{checkout}/attachments",
    "POST /api/v1/requests/{checkout}/attachments",
    "POST /api/v1/requests/{checkout}/approvals",
    "GET /api/v1/approvals",
    "POST /api/v1/attachments",
    "DELETE /api/v1/attachments/{attachment}",
    "GET /api/v1/cooperatives",
    "GET /api/v1/items",
    "POST /api/v1/deposits",
    "POST /api/v1/permits/{permit}/reissue",
    "POST /api/v1/permits/{permit}/revocation",
    "GET /api/v1/openings",
    "GET /api/v1/log",
    "GET /api/v1/log/checkpoint",
    "GET /api/v1/log/{position}",
    "GET /api/v1/log/{position}/proof",
}
WITHOUT_END = {"GET /api/v1/live"}
ENDS_THE_SESSION = {"POST /api/v1/session", "DELETE /api/v1/session"}
EXAMPLES = 200 if os.environ.get("GONGGUAN_HYPOTHESIS") == "long" else 6
NOISE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Noise:
    """The API's description over a township, and everybody who may be signed in."""

    def __init__(self, township: Township) -> None:
        described = township.client().get("/api/v1/openapi.json").json()
        schema = schemathesis.openapi.from_dict(described)
        schema.app = township.app
        found = (each for each in schema.get_all_operations() if isinstance(each, Ok))
        self.operations = {each.ok().label: each.ok() for each in found}
        self.tokens = {role: township.token(township.only_holder(role)) for role in Role}
        self.cookie = cookie_name(tls=False)
        self.known = _known(township)

    def as_role(self, case: Case[Any], role: Role) -> None:
        """Send it as somebody who holds this role, and look at the answer."""
        cookies = {self.cookie: self.tokens[role]}
        response = case.call(cookies=cookies, headers={"sec-fetch-site": "same-origin"})
        case.validate_response(response, checks=CHECKS)


def _known(township: Township) -> Mapping[str, list[Any]]:
    """What addresses and bodies can name that is really there."""
    waiting, permitted = township.filed(), township.permitted(items=(township.seal(SealType.FINANCE).id,))
    permit = township.permit_of(permitted)
    with township.database.reading():
        cooperative = township.cooperative()
    return {
        "checkout": [waiting, permitted],
        "permit": [permit],
        "attachment": ["a-nothing"],
        "position": [0, 1, 2**53 - 1],
        "cooperative": [cooperative.id],
        "place": [cooperative.place],
        "items": [[township.seal().id], [township.seal(SealType.FINANCE).id] * 2],
        "after": ["1.1", "1763868600000.99999999999999999999", "0.k-a", "x", "\x00", "-5.0"],
        "person": [township.person("游少玉").id],
    }


@pytest.fixture(scope="module")
def noise(built_township: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Noise]:
    """One township for all the noise: what one example leaves behind is the next one's surprise."""
    township = Township(built_township, tmp_path_factory.mktemp("noise"))
    yield Noise(township)
    township.close()


def test_every_operation_hears_noise(noise: Noise) -> None:
    assert noise.operations.keys() == OPERATIONS | WITHOUT_END


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as-described", "malformed"])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_noise_is_answered_as_described(label: str, mode: GenerationMode, noise: Noise) -> None:
    operation = noise.operations[label]
    roles = [Role.SYSTEM_ADMIN] if label in ENDS_THE_SESSION else list(Role)

    @NOISE
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        _name_what_is_there(case, noise.known, data)
        for role in roles:
            noise.as_role(case, role)

    answered()


def _name_what_is_there(case: Case[Any], known: Mapping[str, list[Any]], data: st.DataObject) -> None:
    """Every second time an id is that of something that exists: behind it lies most of the code."""
    for named in (case.path_parameters, case.query, case.body):
        if isinstance(named, dict):
            for key in sorted(named.keys() & known.keys()):
                if data.draw(st.booleans()):
                    named[key] = data.draw(st.sampled_from(known[key]))
