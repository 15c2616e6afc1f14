"""核验凭证: whoever holds a printed form checks its receipt here, on a phone or in a file. Nobody signs in."""

import base64
import hashlib
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query
from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, Response

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.entries import KIND
from firmware_protocol.event_types import EVENT_TYPES
from firmware_protocol.notes import Verifier, document_fields, parse_note
from firmware_protocol.successions import KeyRing
from server.store.receipts import UNREADABLE, Evidence, evidence, known_cosigners, reading_published
from server.usecases.off_loop import off_loop
from server.web.access import PUBLIC, declared_router
from server.web.assets import STATIC_DIRECTORY
from server.web.receipt_words import SENTENCES, VERDICTS, Said
from server.web.troubles import NotFound
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
PARTS = STATIC_DIRECTORY / "verify"
SCRIPT = "".join((PARTS / f"{each}.js").read_text("utf-8") for each in ("sha2", "ed25519", "tree", "receipt", "page"))
STYLE = (PARTS / "page.css").read_text("utf-8")
FILE_NAME = "共管凭证核验.html"
Number = Annotated[int, Query(ge=0, lt=2**40)]
_logger = logging.getLogger(__name__)


def _source(content: str) -> str:
    """Content that a policy allows inside the page, by its hash."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


CONTENT_POLICY = (
    f"default-src 'none'; script-src {_source(SCRIPT)}; style-src {_source(STYLE)}; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Everything is in the page, so that it works as one file; nothing else may run in it."""


@router.get("/verify", dependencies=PUBLIC)
async def show_verify(visit: Arriving) -> Response:
    """The page; what it checks stands behind the `#` of the address and is not sent here."""
    return _page(visit, {})


@router.get("/verify.html", dependencies=PUBLIC)
async def save_verify(visit: Arriving) -> Response:
    """The same page to keep: it works without this server."""
    return _page(visit, {"content-disposition": f"attachment; filename*=UTF-8''{quote(FILE_NAME)}"})


@router.get("/verify/evidence", dependencies=PUBLIC)
async def show_evidence(visit: Arriving, index: Number, size: Number) -> JSONResponse:
    """What the published log shows of a receipt; two numbers say nothing about who asks, or for what paper.

    409 and a sentence where its files are damaged: then they speak neither for the receipt nor against it.
    """
    try:
        found = await off_loop(evidence, visit.house.log, index, size)
        shown = None if found is None else _shown(visit, found)
    except UNREADABLE:
        _logger.exception("the published log cannot be read")
        return JSONResponse({"sentence": visit.say(SENTENCES[Said.DAMAGED])}, HTTPStatus.CONFLICT)
    if shown is None:
        raise NotFound
    return JSONResponse(shown)


def _shown(visit: Visit, found: Evidence) -> dict[str, Any]:
    return {
        "checkpoint": found.checkpoint.decode(),
        "entry": found.entry.decode(),
        "title": visit.say(title_of(found.entry)) if found.entry else "",
        "inclusion": [base64.b64encode(each).decode() for each in found.inclusion],
        "consistency": [base64.b64encode(each).decode() for each in found.consistency],
    }


def title_of(entry: bytes) -> str:
    """What this kind of entry is called."""
    said = str(document_fields(parse_note(entry).text, KIND)["type"])
    return EVENT_TYPES[said].title if said in EVENT_TYPES else said


def _page(visit: Visit, headers: Mapping[str, str]) -> HTMLResponse:
    key, witnesses = visit.house.log.verifier, _witnesses(visit)
    with reading_published():
        ring = visit.house.log.ring()
    context = {
        "origin": key.name,
        "fingerprint": key.fingerprint,
        "former": [each.fingerprint for each in ring.every[1:]],
        "witnesses": witnesses,
        "known": _known(visit, ring, witnesses),
        "script": Markup(SCRIPT),  # noqa: S704 - our own files
        "style": Markup(STYLE),  # noqa: S704 - our own files
        "now": visit.now,
    }
    content = visit.house.pages.render(visit.language, "verify.html", context)
    return HTMLResponse(content, headers={"content-security-policy": CONTENT_POLICY, **headers})


def _witnesses(visit: Visit) -> tuple[Cosigner, ...]:
    with visit.house.database.reading() as reader:
        return known_cosigners(reader, visit.house.settings.witnesses)


def _known(visit: Visit, ring: KeyRing, witnesses: Iterable[Cosigner]) -> dict[str, Any]:
    """The public keys of the log, newest first, and of its witnesses, and what the page can say."""
    periods = reversed(ring.periods)
    return {
        "keys": [{**_key(each.key), "since": each.since, "ended": each.ended} for each in periods],
        "witnesses": [_key(each) for each in witnesses],
        "verdicts": {word: visit.say(sentence) for word, sentence in VERDICTS.items()},
        "sentences": {word: visit.say(sentence) for word, sentence in SENTENCES.items()},
    }


def _key(key: Verifier | Cosigner) -> dict[str, str]:
    id_and_public = {"id": key.key_id, "public": key.public_bytes}
    return {"name": key.name, **{word: base64.b64encode(raw).decode() for word, raw in id_and_public.items()}}
