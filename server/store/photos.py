"""The photos that cabinets' entries name, and which of them have not come: asked at every hello, so one short query."""

from sqlalchemy import exists, select

from server.custody.attachments import Attachment
from server.custody.facts import Opening
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.rows import TABLE_OF

PHOTOS_AT_ONCE = 2
"""Fewer than an agent may have tickets, so that a roster's is not pushed out."""
_OPENINGS, _ATTACHMENTS = TABLE_OF[Opening], TABLE_OF[Attachment]
_HAS_COME = exists().where(_ATTACHMENTS.c.subject == _OPENINGS.c.checkout, _ATTACHMENTS.c.sha256 == _OPENINGS.c.photo)
_IS_LACKING = (_OPENINGS.c.photo.is_not(None), _OPENINGS.c.checkout.is_not(None), ~_HAS_COME)


def photos_lacking(reader: Reader, agent: str) -> tuple[str, ...]:
    """The SHA-256 (hex) of photos of this agent whose bytes have not come, at most `PHOTOS_AT_ONCE`.

    The newest first: one that was lost with its disk is asked for again and again, and holds up no other.
    """
    lacking = select(_OPENINGS.c.photo).where(_OPENINGS.c.agent == agent, *_IS_LACKING)
    newest = lacking.order_by(_OPENINGS.c.intended_at_ms.desc(), _OPENINGS.c.id).limit(PHOTOS_AT_ONCE)
    return tuple(dict.fromkeys(reader.execute(newest).scalars()))


def opening_lacking(facts: FactRows, agent: str, photo: str) -> Opening | None:
    """The opening of this agent that lacks this photo."""
    found = facts.where(Opening, _OPENINGS.c.agent == agent, _OPENINGS.c.photo == photo, *_IS_LACKING)
    return next(iter(found), None)
