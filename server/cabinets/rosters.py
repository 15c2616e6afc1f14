"""Where agents fetch their rosters: `GET /agent/v1/rosters/{version}`, the one thing they need HTTP for.

    Authorization: Gongguan <base64 of the document gongguan-ticket/v1 {"agent":…,"ticket":…}, signed by the agent>

The ticket came in the doorbell; see `tickets`. Whatever is wrong with it, the answer is 401 and nothing more.
"""

import base64
import binascii
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from firmware_protocol.messages import Ticket, decode
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, document_fields, parse_note
from server.cabinets.tickets import Tickets
from server.store import deliveries
from server.store.database import Database, Reader

SCHEME = "gongguan"
AUTHORIZATION_BYTES_MAX = 4096
TICKET_KIND = "gongguan-ticket/v1"


def roster_app(database: Database, tickets: Tickets) -> Starlette:
    """The application to mount at `/agent/v1`."""

    async def roster(request: Request) -> Response:
        version: int = request.path_params["version"]
        with database.reading() as reader:
            ticket = signed_ticket(reader, request.headers.get("authorization", ""))
            if ticket is None or not tickets.redeem(ticket.agent, version, ticket.ticket):
                return unauthorized()
            note = deliveries.roster_document(reader, ticket.agent, version)
        if note is None:
            return PlainTextResponse(
                "", HTTPStatus.NOT_FOUND
            )  # a newer one has been issued; its doorbell is on its way
        return Response(note, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})

    return Starlette(routes=[Route("/rosters/{version:int}", roster)])


def unauthorized() -> Response:
    """The answer to every ticket that is not a good one."""
    return PlainTextResponse("", HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": SCHEME.title()})


def signed_ticket(reader: Reader, authorization: str) -> Ticket | None:
    """The ticket in the header, where an active agent signed it; whether it was ever issued is for `Tickets` to say."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != SCHEME or len(encoded) > AUTHORIZATION_BYTES_MAX:
        return None
    try:
        note = base64.b64decode(encoded, validate=True)
        claimed = document_fields(parse_note(note).text, TICKET_KIND).get("agent")
        agent = deliveries.agent(reader, claimed) if isinstance(claimed, str) else None
        if agent is None or not agent.is_active:
            return None
        ticket = decode(note, Ticket, [Verifier.parse(agent.key)])
    except (binascii.Error, MalformedNote, UnverifiedNote):
        return None
    return ticket
