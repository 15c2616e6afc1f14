"""Where agents send the photos their entries name: `PUT /agent/v1/photos/{sha256}`, with a doorbell's ticket.

Only the very bytes that were named are kept, and only while they are lacking. Whatever is wrong with the ticket, the
answer is 401 and nothing more; whatever is wrong with the bytes, 422.
"""

from http import HTTPStatus

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.cabinets.rosters import signed_ticket, unauthorized
from server.cabinets.tickets import Tickets
from server.custody.attachments import Inspected, MediaType
from server.documents.inspection import inspect_file
from server.store.database import Database
from server.store.uploads import Arrival, Uploads
from server.store.writer import Writer
from server.usecases.off_loop import off_loop
from server.usecases.take_in_photo import TakeInPhoto, take_in_photo

PHOTO_BYTES_MAX = 1024 * 1024


def photo_app(database: Database, writer: Writer, uploads: Uploads, tickets: Tickets) -> Starlette:
    """The application to mount at `/agent/v1/photos`."""

    async def photo(request: Request) -> Response:
        sha256: str = request.path_params["sha256"]
        with database.reading() as reader:
            ticket = signed_ticket(reader, request.headers.get("authorization", ""))
        if ticket is None or not tickets.redeem(ticket.agent, sha256, ticket.ticket):
            return unauthorized()
        with uploads.arriving() as arrival:
            async for chunk in request.stream():
                if arrival.size_bytes <= PHOTO_BYTES_MAX:
                    arrival.write(chunk)
            file = await off_loop(_kept, arrival, sha256)
        if file is None:
            return Response(status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
        await writer.run(take_in_photo, TakeInPhoto(agent=ticket.agent, file=file))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return Starlette(routes=[Route("/{sha256}", photo, methods=["PUT"])])


def _kept(arrival: Arrival, sha256: str) -> Inspected | None:
    """The file, durable, where it is the whole photo that was named; None, and gone, for anything else."""
    arrival.stream.flush()
    file = inspect_file(arrival.stream, arrival.sha256, arrival.size_bytes)
    is_photo = file.media_type is MediaType.JPEG and file.is_whole and arrival.size_bytes <= PHOTO_BYTES_MAX
    if arrival.sha256 != sha256 or not is_photo:
        return None
    arrival.keep()
    return file
