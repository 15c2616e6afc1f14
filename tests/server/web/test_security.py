"""Requests from other sites are refused, and every answer tells the browser what not to do."""

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server.web.security import HEADERS, SecurityLayer, is_same_site

HOST = {"host": "gongguan.example"}


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://gongguan.example"}, False),
        ({"origin": "https://gongguan.example"}, True),
        ({"origin": "http://gongguan.example"}, False),
        ({"origin": "https://gongguan.example.evil"}, False),
        ({"origin": "null"}, False),
        ({"origin": "null", "content-type": "application/json"}, False),
        ({"content-type": "application/json; charset=utf-8"}, True),
        ({"content-type": "application/x-www-form-urlencoded"}, False),
        ({"content-type": "text/plain"}, False),
        ({"content-type": ""}, False),
        ({}, True),
        ({"content-length": "0"}, True),
        ({"content-length": "2"}, False),
        ({"transfer-encoding": "chunked"}, False),
    ],
    ids=str,
)
def test_an_unsafe_request_must_come_from_our_own_pages_or_from_a_program(
    headers: dict[str, str], welcome: bool
) -> None:
    assert is_same_site(Headers({**HOST, **headers}), "https") is welcome


def answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("done")


def client(*, tls: bool) -> TestClient:
    routes = [Route("/", answer, methods=["GET", "POST", "DELETE"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(SecurityLayer, tls=tls)]))


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_foreign_form_is_refused_before_anything_looks_at_it(method: str) -> None:
    refused = client(tls=False).request(method, "/", headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert "done" not in refused.text


def test_reading_needs_no_origin() -> None:
    assert client(tls=False).get("/", headers={"sec-fetch-site": "cross-site"}).text == "done"


def test_every_answer_carries_the_headers() -> None:
    for response in (client(tls=False).get("/"), client(tls=False).post("/", headers={"origin": "null"})):
        assert {name: response.headers[name] for name in HEADERS} == dict(HEADERS)
        assert response.headers["cache-control"] == "no-store"


def test_only_tls_promises_tls() -> None:
    assert "strict-transport-security" not in client(tls=False).get("/").headers
    assert client(tls=True).get("/").headers["strict-transport-security"] == "max-age=31536000"
