"""A demo's township: founded from the workbook once, and found again at every later start."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from server.custody.deposits import DEPOSITABLE
from server.custody.facts import Cooperative
from server.custody.handovers.states import HandoverKind
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.roster import Roster
from server.demo.cabinets import PLANS, LinePlan, wiring_toml
from server.demo.cast import Player, cast, uncounted_cooperative
from server.documents.roster import as_roster
from server.documents.workbook import read_workbook
from server.store import find
from server.store.fact_rows import FactRows
from server.township import Township, found, is_founded, now, opened, with_head
from server.usecases.add_agent import AgentAdded, add_agent
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from server.usecases.count_in_for_demonstration import CountIn, count_in_for_demonstration
from server.usecases.import_roster import ImportRoster, hash_cards, import_roster
from server.usecases.issue_code import make_code
from server.usecases.open_handover import OpenHandover, open_handover
from server.usecases.redeem_code import RedeemCode, prepare_redemption, redeem_code
from server.usecases.register_agent import AgentPlan
from server.wiring import Service

AGENT = "hall-1"
TOWNSHIP_NAME = "清溪镇"
_UNSET = "http://127.0.0.1"


class DemoBroken(Exception):
    """The demo's own data were refused by a rule; the message is the refusal."""


@dataclass(frozen=True, slots=True)
class AgentFiles:
    """What the demo's agent starts from."""

    configuration: Path
    bundle: Path


def demo_roster(today: datetime) -> Roster:
    """The demo's workbook as read."""
    with as_file(files("server.demo").joinpath("township_roster.xlsx")) as path:
        return as_roster(read_workbook(path, today=today.date()))


def prepare(data: Path, roster: Roster, plans: Sequence[LinePlan] = PLANS) -> tuple[Player, ...]:
    """Found the township unless it is there: roster, agent, credentials, and all but one cooperative counted in.

    The agent is to drive the cabinets of these lines. Interrupted half-way it goes on where it stopped: each step does
    nothing where it was done before.
    """
    players = cast(roster)
    if not is_founded(data):
        found(data, TOWNSHIP_NAME)
    bundle = agent_files(data).bundle
    if bundle.exists():
        return players
    with opened(data) as township:
        _import(township, roster)
        _count_in(township, roster)
        _give_credentials(township, players)
        _write_bundle(bundle, with_head(township, _add_agent(township, plans).bundle))
    return players


def agent_files(data: Path) -> AgentFiles:
    """Where the agent's files are in a demo's data folder."""
    return AgentFiles(data / "agent" / "agent.toml", data / "agent" / "agent.bundle.json")


def point_agent(service: Service, data: Path, kiosk_port: int, players: tuple[Player, ...]) -> AgentFiles:
    """Write the agent's configuration, and into its bundle where server and broker are this time."""
    agent = agent_files(data)
    bundle: dict[str, Any] = json.loads(agent.bundle.read_text(encoding="utf-8"))
    bundle["server_url"] = service.url
    bundle["broker"] |= {"host": service.broker.host, "port": service.broker.port}
    _write_bundle(agent.bundle, bundle)
    agent.configuration.write_text(_configuration(data, kiosk_port, players), encoding="utf-8")
    return agent


def arrange_last_deposit(township: Township, roster: Roster) -> None:
    """Let the last cooperative's people count their things in, unless they did or may already."""
    code = uncounted_cooperative(roster).code
    with township.database.reading() as reader:
        facts = FactRows(reader)
        cooperative = find.cooperative_by_code(facts, code)
        reviewer = _first_reviewer(facts)
        is_done = cooperative is None or not _may_be_arranged(facts, cooperative.id)
    if cooperative is not None and reviewer is not None and not is_done:
        township.writer.run_now(arrange_deposit, ArrangeDeposit(by=reviewer.id, cooperative=cooperative.id))


def _may_be_arranged(facts: FactRows, cooperative: str) -> bool:
    """Whether something is left to count in and no permit for it waits: the log would show a refusal at each start."""
    is_left = any(item.state in DEPOSITABLE for item in find.items_of(facts, cooperative))
    return is_left and not find.has_waiting_deposit(facts, cooperative, now())


def draft_last_handover(township: Township, roster: Roster) -> None:
    """Draft the last cooperative's first handover, unless it was drafted or done already: that is the thing to try."""
    code = uncounted_cooperative(roster).code
    with township.database.reading() as reader:
        facts = FactRows(reader)
        cooperative = find.cooperative_by_code(facts, code)
        reviewer = _first_reviewer(facts)
        is_begun = cooperative is None or bool(find.handovers_of(facts, cooperative.id))
    if cooperative is not None and reviewer is not None and not is_begun:
        asked = OpenHandover(by=reviewer.id, cooperative=cooperative.id, kind=HandoverKind.FIRST)
        township.writer.run_now(open_handover, asked)


def _first_reviewer(facts: FactRows) -> Standing | None:
    return next(iter(find.people_with(facts, [Role.REVIEWER])), None)


def _import(township: Township, roster: Roster) -> None:
    with township.database.reading() as reader:
        known = find.township(FactRows(reader))
    card_salt = bytes.fromhex(known.card_salt) if known is not None else b""
    hashes = hash_cards([row.card for row in roster.people if row.card is not None], card_salt)
    township.writer.run_now(import_roster, ImportRoster(roster=roster, card_hashes=hashes, skip_bad=True))


def _count_in(township: Township, roster: Roster) -> None:
    left_out = uncounted_cooperative(roster).code
    with township.database.reading() as reader:
        cooperatives: list[Cooperative] = FactRows(reader).where(Cooperative)
    for cooperative in cooperatives:
        if cooperative.code != left_out:
            township.writer.run_now(count_in_for_demonstration, CountIn(cooperative.id))


def _give_credentials(township: Township, players: Sequence[Player]) -> None:
    asked = [_code_in_hand(township, player) for player in players]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for prepared in threads.map(lambda each: prepare_redemption(each, os.urandom), asked):
            answer = prepared if isinstance(prepared, Refused) else township.writer.run_now(redeem_code, prepared)
            if isinstance(answer, Refused):
                raise DemoBroken(answer.sentence)


def _code_in_hand(township: Township, player: Player) -> RedeemCode:
    with township.database.reading() as reader:
        person = find.person_by_phone(FactRows(reader), player.phone)
    if person is None:
        raise DemoBroken(f"名册里没有 {player.name}。")
    issued = township.writer.run_now(partial(make_code, by=None), person)
    return RedeemCode(code=issued.code, password=player.password, pin=player.pin)


def _add_agent(township: Township, plans: Sequence[LinePlan]) -> AgentAdded:
    cabinets = tuple(plan.cabinet for plan in plans)
    asked = AgentPlan(agent=AGENT, cabinets=cabinets, server_url=_UNSET, broker_host="127.0.0.1", broker_port=1)
    answer = township.writer.run_now(add_agent, asked)
    if isinstance(answer, Refused):
        raise DemoBroken(answer.sentence)
    return answer


def _write_bundle(path: Path, bundle: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(bundle, file, ensure_ascii=False, indent=2)
    fresh.replace(path)


def _configuration(data: Path, kiosk_port: int, players: tuple[Player, ...]) -> str:
    cards = "".join(
        f'  {{ name = "{player.name}", role = "{player.title}", card = "{player.card}" }},\n'
        for player in players
        if player.card is not None
    )
    return f"""[agent]
id = "{AGENT}"
data = "journal"
bundle = "agent.bundle.json"
hardware_clock = true

[kiosk]
port = {kiosk_port}
{wiring_toml((data / "serial").absolute())}
[demo]
cards = [
{cards}]
"""
