"""A photo that an entry names is asked for until it is here: those very bytes, and from that agent alone."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response

from device_agent.roster_fetch import authorization
from firmware_protocol.messages import Hello, PhotoDoorbell, decode
from firmware_protocol.notes import Signer
from server.cabinets.outgoing import Pen
from server.cabinets.photos import PHOTO_BYTES_MAX, photo_app
from server.cabinets.tickets import Tickets
from server.custody.attachments import MediaType
from server.custody.facts import Agent
from server.operate.verify import verify_database
from server.store import find
from server.store.fact_rows import FactRows
from server.store.uploads import Uploads
from tests.server.pictures import jpeg, png
from tests.server.published import guide
from tests.server.town import AGENT, KEYS, Town

PHOTO = jpeg()
SHA256 = hashlib.sha256(PHOTO).hexdigest()


@dataclass
class Returned:
    """A seal that was brought back before a camera; the photo itself is still under way."""

    town: Town
    uploads: Uploads
    tickets: Tickets
    checkout: str

    @property
    def signer(self) -> Signer:
        assert self.town.hall is not None
        return self.town.hall.signer

    def asked_for(self) -> list[PhotoDoorbell]:
        """The photos a hello is answered with."""
        agent = self.town.get(Agent, AGENT)
        hello = Hello(AGENT, 1, 1, 0, 0, agent.roster_version, 0, (), self.town.now, "nonce")
        with self.town.database.reading() as reader:
            pen = Pen(KEYS.permit, self.tickets, guide(self.town, self.uploads.folder))
            answers = list(pen.answer(reader, agent, hello, self.town.now))
        notes = [answer.payload for answer in answers if answer.topic.endswith("/photo")]
        return [decode(note, PhotoDoorbell, [KEYS.permit.verifier]) for note in notes]

    async def sends(self, content: bytes, ticket: str, *, name: str = SHA256, signer: Signer | None = None) -> Response:
        """An agent sends these bytes for a photo."""
        app = photo_app(self.town.database, self.town.writer, self.uploads, self.tickets)
        headers = {"Authorization": authorization(AGENT, ticket, signer or self.signer)}
        async with AsyncClient(transport=ASGITransport(app), base_url="http://office") as client:
            return await client.put(f"/{name}", content=content, headers=headers)

    def documents(self) -> list[tuple[str, MediaType, str]]:
        """What the checkout has on file: hash, type, name."""
        with self.town.database.reading() as reader:
            found = find.attachments_of(FactRows(reader), self.checkout)
        return [(each.sha256, each.media_type, each.name) for each in found]


@pytest.fixture
def returned(town: Town, tmp_path: Path) -> Returned:
    """游少玉 and 林少军 brought the seal back and took a photo."""
    seal, hall = town.item("东坑一社"), town.hall
    assert hall is not None
    decided = town.permitted(seal)
    hall.opens("take", decided, seal)
    hall.opens("return", decided, seal)
    about = hall.opening("return", decided, ("游少玉", "林少军"))
    hall.writes("photo_taken", {**about, "photo": SHA256, "size_bytes": len(PHOTO)})
    assert hall.sends().stopped_by is None
    folder = tmp_path / "uploads"
    folder.mkdir()
    return Returned(town, Uploads(folder), Tickets(), decided.checkout)


async def test_a_photo_is_asked_for_until_it_is_here_and_then_stands_in_the_checkout(returned: Returned) -> None:
    (doorbell,) = returned.asked_for()
    assert (doorbell.agent, doorbell.sha256) == (AGENT, SHA256)
    assert (await returned.sends(PHOTO, doorbell.ticket)).status_code == 204
    assert returned.documents() == [(SHA256, MediaType.JPEG, "归还时的照片.jpg")]
    assert returned.asked_for() == []
    with returned.uploads.opened(SHA256) as kept:
        assert kept.read() == PHOTO
    with returned.town.database.reading() as reader:
        assert verify_database(reader, KEYS, uploads=returned.uploads).wrong is None


async def test_a_photo_that_comes_twice_is_filed_once(returned: Returned) -> None:
    tickets = [returned.asked_for()[0].ticket for _ in range(2)]
    answers = [(await returned.sends(PHOTO, ticket)).status_code for ticket in tickets]
    assert answers == [204, 204]
    assert len(returned.documents()) == 1


@pytest.mark.parametrize(
    "content",
    [jpeg(behind=b"more"), jpeg(641), png(), b"", PHOTO + bytes(PHOTO_BYTES_MAX)],
    ids=["with something behind it", "another photo", "another picture", "nothing", "far too much"],
)
async def test_only_the_very_bytes_that_were_named_are_kept(returned: Returned, content: bytes) -> None:
    (doorbell,) = returned.asked_for()
    assert (await returned.sends(content, doorbell.ticket)).status_code == 422
    assert list(returned.uploads.folder.iterdir()) == []
    assert returned.asked_for() != []


async def test_a_ticket_is_good_once_for_one_photo_and_signed_by_the_agent(returned: Returned) -> None:
    (doorbell,) = returned.asked_for()
    stranger = Signer(returned.signer.name, base64.b64decode("A" * 43 + "="))
    assert (await returned.sends(PHOTO, doorbell.ticket, signer=stranger)).status_code == 401
    assert (await returned.sends(PHOTO, "no ticket")).status_code == 401
    assert (await returned.sends(PHOTO, doorbell.ticket, name="ab" * 32)).status_code == 401
    assert (await returned.sends(PHOTO, doorbell.ticket)).status_code == 401
    assert returned.documents() == []


@pytest.mark.parametrize("photo", ["", "abc", "AB" * 32, 7])
def test_a_name_that_is_no_hash_is_flagged_and_asked_for_by_nobody(returned: Returned, photo: object) -> None:
    hall = returned.town.hall
    assert hall is not None
    about = {"opening": "o-1", "compartment": "CAB-01/1", "photo": photo, "size_bytes": 9}
    hall.writes("photo_taken", about)
    assert hall.sends().stopped_by is None
    assert [each.sha256 for each in returned.asked_for()] == [SHA256]
