"""Everything an agent is, put together: journal, custodian, serial lines, link to the server, kiosk, on one event loop.

Serial lines and the link have threads of their own; whatever they say is handed to the loop, which alone thinks.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from device_agent.agent import Agent, Hands
from device_agent.arrivals import Arrival, LinkChanged
from device_agent.boot_clock import since_start_ms
from device_agent.bundle import Bundle
from device_agent.cabinet import Cabinets
from device_agent.clock import Reading
from device_agent.configuration import Configuration
from device_agent.custodian.decisions import Acknowledge, CheckPin, Pulse
from device_agent.custodian.timing import idle_left_ms
from device_agent.identify import Identifier
from device_agent.journal import Journal, open_journal
from device_agent.key_file import forget_former
from device_agent.kiosk.kiosk import Kiosk
from device_agent.line.reports import Report
from device_agent.line_report import line_report, metrics
from device_agent.outbox import Outbox
from device_agent.photos import Album
from device_agent.relay import Relay, doors_of, holdings_of
from device_agent.restoration import site_of
from device_agent.server_link import ServerLink
from device_agent.tag_reader import TagReader
from device_agent.translation import input_of_report
from firmware_protocol.boards.gongguan_lcp.keys import operation_id
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import CarriedEntry

TICK_S = 1.0
UNSENT_S = 5.0

_logger = logging.getLogger(__name__)


class Service:
    """One running agent. Build it on the event loop it is to live on; `start`, and in the end `stop`, once each."""

    def __init__(self, configuration: Configuration, bundle: Bundle) -> None:
        """Open the journal and remember; raises `JournalError`. Nothing moves before `start`."""
        self._configuration = configuration
        self._bundle = bundle
        self._loop = asyncio.get_running_loop()
        self._cabinets = Cabinets(configuration.buses, configuration.cabinets, self._hear_report)
        self._readers = [TagReader(place, self._hear_report) for place in configuration.readers]
        self._identifier = Identifier()
        self._album = Album(configuration.data / "photos")
        self.agent = Agent(
            self._open_journal,
            site_of(configuration, bundle.level),
            bundle.keys,
            read_clock,
            Hands(self._pulse, self._check_pin, self._acknowledge, self._hold_log),
            has_hardware_clock=configuration.hardware_clock,
        )
        self.kiosk = Kiosk(self.agent, self._identifier, self._album, configuration, lambda: self._relay.is_online)
        self._link = ServerLink(
            bundle,
            self,
            session=self.agent.session,
            outbox=Outbox(last_seq=self.agent.last_seq, acked_seq=self.agent.acked_seq),
            holdings=holdings_of(self.agent.custody),
            album=self._album,
        )
        self._relay = Relay(self.agent, self._link)
        self._ticking: asyncio.Task[None] | None = None
        self._is_former_key_gone = bundle.former is None
        self.agent.on_change = self._tell

    def start(self) -> None:
        """Record the start, then begin to watch the doors, to talk to the server, and to let time pass."""
        self.agent.start()
        self._cabinets.start()
        for reader in self._readers:
            reader.start()
        self._link.start()
        self._ticking = self._loop.create_task(self._let_time_pass())

    async def stop(self) -> None:
        """Let go of the lines, say goodbye to the server, close the journal. Takes some seconds at most."""
        self.kiosk.close()
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        await asyncio.to_thread(self._cabinets.close)
        for reader in self._readers:
            await asyncio.to_thread(reader.close)
        await asyncio.to_thread(self._link.stop)
        self._identifier.close()
        self.agent.close()

    def health(self) -> dict[str, Any]:
        """What works: `ok` is about this machine alone, since it goes on without its server."""
        custody = self.agent.custody
        now, _ = self.agent.look_at_clock()
        return {
            "ok": self.agent.fault is None,
            "agent": self._configuration.agent,
            "fault": self.agent.fault,
            "online": self._relay.is_online,
            "unsent": self.agent.last_seq - self.agent.acked_seq,
            "clock": now.clock.quality,
            "boards_lost": sorted(custody.lost_boards),
            "boards_unfit": dict(custody.objections),
            "doors": doors_of(custody),
            "doors_known": sum(door.is_open is not None for door in custody.doors.values()),
            "permits": len(custody.memory.holdings),
            "roster": custody.roster.version if custody.roster else 0,
        }

    def metrics(self) -> str:
        """What was counted on the lines since the start, in the text format of Prometheus."""
        return metrics(self._cabinets.buses)

    def line_report(self) -> bytes:
        """What was said on the lines last, signed, for support."""
        now_ms = time.monotonic() * 1000
        return line_report(self._bundle.agent, self._cabinets.buses, self.now(), now_ms, self._bundle.signer)

    # For the link, in its thread.

    def counted_last_hour(self) -> dict[str, Mapping[str, int]]:
        """What happened on the lines in the last hour, by line (`left`) or board (`left:1`)."""
        return {place: counts for bus in self._cabinets.buses for place, counts in bus.counted_last_hour().items()}

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        """The journal's entries after `after_seq`; asked of the loop, which alone reads the journal."""
        return asyncio.run_coroutine_threadsafe(self._unsent(after_seq), self._loop).result(UNSENT_S)

    def deliver(self, arrival: Arrival) -> None:
        """Hand to the loop what the server sent."""
        self._loop.call_soon_threadsafe(self._take_arrival, arrival)

    def now(self) -> datetime:
        """The best time there is."""
        return self.agent.best_time()

    # On the loop.

    def _open_journal(self) -> Journal:
        return open_journal(self._configuration.data, self._bundle.agent, self._bundle.epoch, self._bundle.signer)

    def _pulse(self, pulse: Pulse) -> None:
        burn = pulse.burn
        operation = operation_id(burn.permit, burn.kind, burn.number)
        self._cabinets.compartment(pulse.compartment).unlock(pulse.opening, operation)

    def _acknowledge(self, told: Acknowledge) -> None:
        self._cabinets.acknowledge(told.bus, told.address, told.number)

    def _hold_log(self, head: Head | None) -> None:
        self._link.hold_log(head)

    def _check_pin(self, asked: CheckPin) -> None:
        self.kiosk.check_pin(asked)

    def _hear_report(self, report: Report) -> None:
        """In a line's thread."""
        self._loop.call_soon_threadsafe(self._take_report, report)

    def _take_report(self, report: Report) -> None:
        self.agent.handle(input_of_report(report))

    def _take_arrival(self, arrival: Arrival) -> None:
        self._relay.take(arrival)
        if isinstance(arrival, LinkChanged):
            self.kiosk.announce()

    async def _unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        return self.agent.unsent(after_seq)

    def _tell(self) -> None:
        """Something may have changed: tell the link what concerns it, and the page."""
        if self._relay.tell():
            self.kiosk.announce()

    async def _let_time_pass(self) -> None:
        while True:
            await asyncio.sleep(_until_next_tick_s(self.agent))
            try:
                self.agent.tick()
                self._forget_former_key()
            except Exception:
                _logger.exception("a tick failed")

    def _forget_former_key(self) -> None:
        """Once the server has the entry that names the new key, nobody needs the old one any more."""
        if not self._is_former_key_gone and self.agent.acked_seq >= self._bundle.rotated_seq:
            forget_former(self._configuration.bundle)
            self._is_former_key_gone = True


def read_clock() -> Reading:
    """Both clocks of this machine."""
    return Reading(datetime.now(UTC), since_start_ms())


def _until_next_tick_s(agent: Agent) -> float:
    """A second, or less when a stage ends earlier."""
    now, _ = agent.look_at_clock()
    left_ms = idle_left_ms(agent.custody, now.elapsed_ms)
    return TICK_S if left_ms is None else min(TICK_S, left_ms / 1000 + 0.005)
