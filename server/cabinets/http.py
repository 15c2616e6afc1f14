"""What agents need HTTP for: to enrol, to fetch rosters, to send photos; all else goes over the broker."""

from collections.abc import Mapping

from starlette.types import ASGIApp

from server.cabinets.enrolments import Admit, enrolment_app
from server.cabinets.photos import photo_app
from server.cabinets.rosters import roster_app
from server.cabinets.tickets import Tickets
from server.store.database import Database
from server.store.uploads import Uploads
from server.store.writer import Writer


def for_agents(
    database: Database, writer: Writer, uploads: Uploads, tickets: Tickets, admit: Admit
) -> Mapping[str, ASGIApp]:
    """The applications by the path to mount them at; the longer path first, for the first that fits answers."""
    return {
        "/agent/v1/photos": photo_app(database, writer, uploads, tickets),
        "/agent/v1/enrolments": enrolment_app(database, writer, admit),
        "/agent/v1": roster_app(database, tickets),
    }
