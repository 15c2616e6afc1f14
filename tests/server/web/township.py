"""The township of the workbook in a store of its own, with a few of its people signed in, and the pages over it."""

import hashlib
import secrets
import shutil
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from firmware_protocol.cosignatures import cosign
from firmware_protocol.entries import SALT_BYTES, Chain, body_digest, compose, write_body
from firmware_protocol.messages import CarriedEntry, EventBatch
from firmware_protocol.notes import Signer
from firmware_protocol.times import CHINA
from server.custody.facts import Checkout, Cooperative, Item
from server.custody.happenings import F
from server.custody.news import News
from server.custody.people import Person
from server.custody.policy.words import Matter
from server.custody.roles import Role
from server.custody.states import CredentialKind, SealType
from server.documents.roster import as_roster
from server.documents.workbook import read_workbook
from server.store.database import Database
from server.store.fact_rows import FactRows, all_facts
from server.store.keys import make_keys
from server.store.lists.registers import standings
from server.store.log_files import LogFiles, Witnessed
from server.store.messenger_file import MessengerFile
from server.store.rows import TABLE_OF
from server.store.uploads import Uploads
from server.store.work import Work
from server.store.writer import Writer
from server.usecases.add_agent import AgentAdded, add_agent
from server.usecases.count_in_for_demonstration import CountIn, count_in_for_demonstration
from server.usecases.decide_checkout import DecideCheckout
from server.usecases.file_checkout import FileCheckout, Filed, file_checkout
from server.usecases.found_township import FoundTownship, found_township
from server.usecases.hashing import password_hash
from server.usecases.import_roster import ImportRoster, import_roster
from server.usecases.redeem_code import set_credential
from server.usecases.register_agent import AgentPlan
from server.usecases.sign_in import CheckedClaim, SignedIn, sign_in
from server.usecases.take_in_events import TakeInEvents, take_in_events
from server.web.app import create_app
from server.web.house import OwnAuthority, WebSettings
from server.web.live import LiveBoard
from server.web.sessions import cookie_name
from tests.server.marks import decide_as_it_stands, mark_now
from tests.server.web.browser import Browser, Doorway, doorway

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
ORIGIN = "gongguan.test"
KEYS = make_keys(ORIGIN, b"p" * 32, b"l" * 32)
PASSWORD = "three unrelated words"
PASSWORD_PHC = password_hash(PASSWORD, lambda size: b"s" * size)
FROM_OUR_PAGES = {"sec-fetch-site": "same-origin"}
DATABASE_FILE = "gongguan.sqlite"

ACCOUNTANT, HEAD, SUPERVISOR = "游少玉", "廖坤东", "孙辉"
OFFICER, REVIEWER, OTHER_REVIEWER, OFFICE_HEAD = "林少军", "何慧敏", "谢文彬", "赵文斌"
INSPECTOR = "周建国"
OUTSIDE = "清溪镇水口村第八经济合作社"
"""The one cooperative whose things are not in the cabinet yet."""
WITH_BANK_PAIR = "清溪镇东坑村第四经济合作社"
"""One that has a finance seal and a legal representative's seal."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, passed: timedelta) -> None:
        """Let time go by."""
        self.now += passed


def build(folder: Path) -> None:
    """Found the township in `folder`: the whole workbook, two agents, everything counted in but one cooperative's."""
    database = Database.open(f"sqlite:///{folder / DATABASE_FILE}")
    writer = _writer(database, Clock(), LiveBoard())
    writer.run_now(found_township, FoundTownship("清溪镇"))
    workbook = Path(str(files("server.demo").joinpath("township_roster.xlsx")))
    roster = as_roster(read_workbook(workbook, today=MONDAY.date()))
    hashes = {row.card: hashlib.sha256(row.card.encode()).hexdigest() for row in roster.people if row.card}
    writer.run_now(import_roster, ImportRoster(roster=roster, card_hashes=hashes, skip_bad=True))
    for agent, cabinet in (("hall-1", "CAB-01"), ("hall-2", "CAB-02")):
        asked = AgentPlan(
            agent=agent, cabinets=(cabinet,), server_url="http://127.0.0.1:1", broker_host="127.0.0.1", broker_port=1
        )
        added = writer.run_now(add_agent, asked)
        assert isinstance(added, AgentAdded), added
        (folder / agent).write_text(added.bundle["private_key"])
    writer.run_now(_give_passwords, None)
    for cooperative in _all(database, Cooperative):
        if cooperative.name != OUTSIDE:
            writer.run_now(count_in_for_demonstration, CountIn(cooperative.id))
    writer.close()
    database.close()


class Township:
    """A copy of the built township: its database, its writer, its clock, and the web service over them."""

    def __init__(self, template: Path, folder: Path, *, tls: bool = False, address: str = "") -> None:
        shutil.copy(template / DATABASE_FILE, folder / DATABASE_FILE)
        self.clock, self.live, self.tls = Clock(), LiveBoard(), tls
        self.database = Database.open(f"sqlite:///{folder / DATABASE_FILE}")
        self.writer = _writer(self.database, self.clock, self.live)
        self.uploads = Uploads(folder / "uploads")
        self.uploads.folder.mkdir()
        self.messengers = MessengerFile(folder / "messengers.json")
        self.log = LogFiles(folder / "log", KEYS.log.verifier)
        self.works = {"database": True, "broker": True}
        self.app: FastAPI = create_app(
            database=self.database,
            writer=self.writer,
            uploads=self.uploads,
            messengers=self.messengers,
            log=self.log,
            clock=self.clock,
            live=self.live,
            works=lambda: self.works,
            settings=WebSettings(tls=tls, address=address, authority=OwnAuthority(b"certificate", "AB CD")),
        )
        self._until_closed = ExitStack()
        self._chain = Chain("hall-1", 1)
        self.agent_key = Signer(f"{ORIGIN}/agent/hall-1", b64decode((template / "hall-1").read_text()))

    def close(self) -> None:
        """Let nobody in any more, stop the writer and close the database."""
        self._until_closed.close()
        self.writer.close()
        self.database.close()

    def publish(self) -> None:
        """Publish what is committed by now, as the publisher's thread would."""
        with self.database.reading() as reader:
            self.log.publish(reader, KEYS.log, self.clock.now)

    def cosign(self) -> None:
        """Have the agent hall-1 see the published head, and publish that it did."""
        published = self.log.published()
        assert published is not None
        seen = Witnessed(published.size, cosign(published.checkpoint.text, self.agent_key, self.clock.now))
        with self.database.reading() as reader:
            self.log.publish(reader, KEYS.log, self.clock.now, [seen])

    def all(self, kind: type[F]) -> list[F]:
        """Every fact of a kind."""
        return _all(self.database, kind)

    def where(self, kind: type[F], **fields: str) -> list[F]:
        """Every fact of a kind whose columns say this."""
        columns = TABLE_OF[kind].c
        with self.database.reading() as reader:
            return FactRows(reader).where(kind, *(columns[name] == value for name, value in fields.items()))

    def only(self, kind: type[F], **fields: str) -> F:
        """The one fact of a kind whose columns say this."""
        (fact,) = self.where(kind, **fields)
        return fact

    def all_items(self, cooperative: str) -> list[Item]:
        """A cooperative's things."""
        return self.where(Item, cooperative=cooperative)

    def officer(self, cooperative: str, role: str) -> str:
        """The name of the accountant, head or supervisor of a cooperative."""
        where = self.cooperative(cooperative).id
        with self.database.reading() as reader:
            return next(who.name for who in standings(reader) if who.holds(Role(role), where))

    def person(self, name: str) -> Person:
        """Somebody of the roster by name."""
        return self.only(Person, name=name)

    def only_holder(self, role: Role) -> str:
        """The name of somebody who holds this role and no other."""
        with self.database.reading() as reader:
            return next(who.name for who in standings(reader) if who.roles == {role})

    def cooperative(self, name: str = "清溪镇东坑村第一经济合作社") -> Cooperative:
        """A cooperative by its full name."""
        return self.only(Cooperative, name=name)

    def seal(self, kind: SealType = SealType.OFFICIAL, of: str = "清溪镇东坑村第一经济合作社") -> Item:
        """A cooperative's seal of a kind."""
        return self.only(Item, cooperative=self.cooperative(of).id, seal_type=kind)

    def token(self, name: str) -> str:
        """A session of this person, opened past the slow check of the password."""
        person = self.person(name)
        claim = CheckedClaim(
            phone=person.phone, source="test", person=person.id, credential=_digest(PASSWORD_PHC), fits=True
        )
        signed_in = self.writer.run_now(sign_in, claim)
        assert isinstance(signed_in, SignedIn), signed_in
        return signed_in.token

    def client(
        self, name: str | None = None, headers: Mapping[str, str] = FROM_OUR_PAGES, *, host: str = "10.0.0.1"
    ) -> Browser:
        """A browser on the machine `host`, signed in as this person; it follows no redirects."""
        client = self.doorway.browser(f"{'https' if self.tls else 'http'}://testserver", headers, host)
        if name is not None:
            client.cookies.set(cookie_name(tls=self.tls), self.token(name))
        return client

    @cached_property
    def doorway(self) -> Doorway:
        """Where its browsers come in."""
        return self._until_closed.enter_context(doorway(self.app))

    def filed(self, by: str = ACCOUNTANT, **changes: Any) -> str:
        """A request that waits for its head; returns its id."""
        request: dict[str, Any] = {
            "items": (self.seal().id,),
            "purpose": "签东坑村路灯采购合同",
            "document": "东坑村路灯采购合同",
            "counterparty": "清溪镇恒达贸易有限公司",
            "matter": Matter.PURCHASE,
            "amount_cents": 247_000,
            "copies": 4,
        }
        filed = self.writer.run_now(file_checkout, FileCheckout(by=self.person(by).id, **{**request, **changes}))
        assert isinstance(filed, Filed), filed
        return filed.checkout

    def permit_of(self, checkout: str) -> str | None:
        """The newest permit of a checkout."""
        return self.only(Checkout, id=checkout).permit

    def decided(self, checkout: str, by: str, *, agrees: bool = True, reason: str = "") -> None:
        """One approver's answer."""
        asked = DecideCheckout(by=self.person(by).id, checkout=checkout, agrees=agrees, reason=reason)
        self.writer.run_now(decide_as_it_stands, asked)

    def answer(self, checkout: str, answer: str = "approve", words: str = "") -> dict[str, str]:
        """What the page of this request sends where somebody answers it as it stands."""
        return {"answer": answer, "words": words, "shown": mark_now(self.database, checkout)}

    def permitted(self, **changes: Any) -> str:
        """A request that both approvers agreed to; returns its id."""
        checkout = self.filed(**changes)
        self.decided(checkout, HEAD)
        self.decided(checkout, REVIEWER)
        return checkout

    def reported(self, event_type: str, about: dict[str, Any], body: dict[str, Any] | None = None) -> None:
        """An event of the agent hall-1, as its link would hand it in."""
        salt = None if body is None else secrets.token_bytes(SALT_BYTES)
        body_bytes = None if body is None else write_body(body)
        digest = None if salt is None or body_bytes is None else body_digest(salt, body_bytes)
        at = self.clock.now
        note = compose(
            self._chain, self.agent_key, at=at, clock="sync", event_type=event_type, about=about, body=digest
        )
        batch = EventBatch("hall-1", 1, (CarriedEntry(note, salt, body_bytes),), "nonce")
        taken = self.writer.run_now(take_in_events, TakeInEvents(batch))
        assert taken.stopped_by is None, taken
        self._chain = self._chain.extend(note)


def _writer(database: Database, clock: Clock, live: LiveBoard) -> Writer:
    def announce(news: Sequence[News]) -> None:
        live.hear(news)

    return Writer(database, KEYS, announce=announce, clock=clock, chance=secrets.token_bytes).start()


def _all(database: Database, kind: type[F]) -> list[F]:
    with database.reading() as reader:
        return list(all_facts(reader, kind).values())


def _digest(phc: str) -> str:
    return hashlib.sha256(phc.encode()).hexdigest()


def _give_passwords(work: Work, _asked: None) -> None:
    """Everybody has the same password, hashed once."""
    for person in all_facts(work.connection, Person):
        set_credential(work, person, CredentialKind.PASSWORD, PASSWORD_PHC)
