"""The master of one half-duplex line: one request at a time, unlocks first, reads between. Pure; time is told.

Laws: an unlock is written at most once, whatever happens to its answer; it is written only to a board whose last read
was answered; its outcome is decided by what the door's sensor says afterwards. No board numbers its answers, so an
answer is matched by its address and by the request that is outstanding; everything else that is heard changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from device_agent.line.controller_station import ControllerStation
from device_agent.line.counters import Count, Tally
from device_agent.line.echo import Echo
from device_agent.line.ends import DrawNonce, End, Heard, ProvingEnd, TrustingEnd
from device_agent.line.reports import Reason, Report
from device_agent.line.spoken import Record, Spoken
from device_agent.line.station import Station
from device_agent.line.unlocks import Order
from device_agent.line.wiring import BusWiring
from firmware_protocol.boards import (
    Answer,
    DoorReport,
    ReleaseAll,
    Request,
    Side,
    Unlock,
    answers,
    dialect,
    wire_ms,
)
from firmware_protocol.boards.following import Piece
from firmware_protocol.boards.gongguan_lcp.keys import operation_id

NOISE_MS_MAX = 50
"""A line that is never silent is spoken on after this long all the same."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The one outstanding request."""

    station: Station
    request: Request
    ends_at_ms: float

    @property
    def is_read(self) -> bool:
        """Whether it moves nothing: only then is the answer never the request's own bytes, and the echo shows."""
        return not isinstance(self.request, Unlock | ReleaseAll)


class LineMaster:
    """Decides what is written to one port and what the bytes from it mean. Starts with the port closed.

    Call `advance` after every other call and whenever `wake_at_ms` says; write what it answers at once. All times are
    ms of one monotonic clock.
    """

    def __init__(self, wiring: BusWiring, draw_nonce: DrawNonce) -> None:
        """`draw_nonce` serves families that prove who speaks."""
        self._dialect = dialect(wiring.family)
        self._secrets = {board.address: board.secret for board in wiring.boards if board.secret is not None}
        self._draw_nonce = draw_nonce
        self._baud = wiring.baud
        self._timing = wiring.timing
        self._reports: list[Report] = []
        self.record = Record()
        """What was said on the line last."""
        self.tally = Tally()
        """What the line itself has come to."""
        self._is_first_opening = True
        station = ControllerStation if self._dialect.has_operation_ids else Station
        self._stations = {
            board.address: station(wiring.name, board, wiring.timing, self._dialect.greeting, self._reports)
            for board in wiring.boards
        }
        self._answer_octets_max = self._dialect.octets_max(Side.BOARD)
        self._orders: list[Order] = []
        self._pulse_free_at_ms = -inf
        self._forget_line(-inf, is_open=False)

    def opened(self, now_ms: float) -> None:
        """The port is open (again); nothing that was on the line before counts."""
        self.tally.add(Count.RECONNECTS, now_ms, by=0 if self._is_first_opening else 1)
        self._is_first_opening = False
        self._forget_line(now_ms, is_open=True)
        for station in self._stations.values():
            station.begin_anew()

    def lost(self, now_ms: float) -> None:
        """The port is gone, or could not be opened. Idempotent."""
        self._forget_line(now_ms, is_open=False)
        for station in self._stations.values():
            station.line_lost(now_ms)
        self._refuse_all(Reason.LINE_LOST, now_ms)

    def unlock(self, address: int, channel: int, token: str, now_ms: float, operation: bytes = b"") -> None:
        """Pulse this lock once, as soon as the line is free. Exactly one `UnlockOutcome` will carry the token.

        `operation` is what a controller knows the pulse by; without one the token stands for it. Raises `KeyError` for
        a channel that is not wired.
        """
        station = self._stations[address]
        station.compartment(channel)
        operation = operation or operation_id(token, "token", 1)
        order = Order(token, address, channel, now_ms + self._timing.order_ms_max, operation)
        is_ordered = any((other.address, other.channel) == (address, channel) for other in self._orders)
        if not self._is_open:
            station.refuse(order, Reason.LINE_LOST, now_ms)
        elif station.is_lost:
            station.refuse(order, Reason.BOARD_LOST, now_ms)
        elif is_ordered or not station.may_pulse(channel, now_ms):
            station.refuse(order, Reason.TOO_SOON, now_ms)
        else:
            self._orders.append(order)

    def acknowledge(self, address: int, number: int, now_ms: float) -> None:
        """The agent keeps this controller's events up to this one for good. Safe to say again."""
        self._stations[address].acknowledged(number, now_ms)

    def received(self, octets: bytes, now_ms: float) -> None:
        """These bytes came in."""
        self._heard_at_ms = now_ms
        self._take(self._end.feed(self._echo.strip(octets)), now_ms)

    def advance(self, now_ms: float) -> bytes:
        """Let time pass; answers the bytes to write now, empty if none."""
        if not self._is_open:
            return b""
        if self._end.is_holding and now_ms >= self._heard_at_ms + self._dialect.frame_silence_ms:
            self._take(self._end.idle(), now_ms)
        if self._exchange and now_ms >= self._exchange.ends_at_ms:
            self._give_up(self._exchange, now_ms)
        for station in self._stations.values():
            station.expire(now_ms)
        self._drop_orders(now_ms)
        request = None if self._exchange or now_ms < self._free_at_ms() else self._next_request(now_ms)
        return self._send(request, now_ms) if request else b""

    def wake_at_ms(self) -> float:
        """When `advance` has something to do at the latest; infinity while the port is closed."""
        if not self._is_open:
            return inf
        times = [station.wake_at_ms for station in self._stations.values()]
        times += [order.stale_at_ms for order in self._orders]
        if self._end.is_holding:
            times.append(self._heard_at_ms + self._dialect.frame_silence_ms)
        times.append(self._exchange.ends_at_ms if self._exchange else self._speaks_at_ms())
        return min(times)

    @property
    def tallies(self) -> Mapping[int, Tally]:
        """What each board has come to, by its address."""
        return {address: station.tally for address, station in self._stations.items()}

    def take_reports(self) -> list[Report]:
        """The reports since the last call, oldest first."""
        reports = self._reports.copy()
        self._reports.clear()
        return reports

    def _forget_line(self, now_ms: float, *, is_open: bool) -> None:
        self._is_open = is_open
        self._end: End = (
            ProvingEnd(self._dialect, self._secrets, self._draw_nonce)
            if self._dialect.has_operation_ids
            else TrustingEnd(self._dialect)
        )
        self._echo = Echo()
        self._exchange: Exchange | None = None
        self._quiet_until_ms = now_ms
        self._heard_at_ms = -inf

    # When to speak.

    def _free_at_ms(self) -> float:
        """When the line has been silent long enough for the next request."""
        silent_at_ms = self._heard_at_ms + self._dialect.quiet_gap_ms
        return max(self._quiet_until_ms, min(silent_at_ms, self._quiet_until_ms + NOISE_MS_MAX))

    def _speaks_at_ms(self) -> float:
        """When the next request will go out if nothing new is ordered."""
        wanted_ms = [station.due_ms for station in self._stations.values()]
        if self._orders:
            wanted_ms.append(self._pulse_free_at_ms)
        return max(self._free_at_ms(), min(wanted_ms, default=inf))

    def _next_request(self, now_ms: float) -> Request | None:
        """An unlock jumps the queue, but waits for a sign of life from its board, and keeps no other one waiting."""
        if self._orders and now_ms >= self._pulse_free_at_ms:
            order = next((order for order in self._orders if self._stations[order.address].is_answering), None)
            if order is None:
                return self._stations[self._orders[0].address].request
            self._orders.remove(order)
            self._stations[order.address].pulsed(order, now_ms)
            self._pulse_free_at_ms = now_ms + self._timing.pulse_gap_ms
            return self._stations[order.address].unlock(order.channel)
        due = [station for station in self._stations.values() if station.due_ms <= now_ms]
        return min(due, key=lambda station: station.due_ms).request if due else None

    def _send(self, request: Request, now_ms: float) -> bytes:
        self._take(self._end.idle(), now_ms)
        octets = self._end.write(request)
        self._echo.sent(octets)
        self._stations[request.address].asked(request, now_ms)
        self.record.keep(Spoken(now_ms, Side.HOST, Piece(octets, request)))
        passed_ms = now_ms + wire_ms(len(octets), self._baud)
        if isinstance(request, Unlock) and not self._dialect.replies_to_unlock:
            self._quiet_until_ms = passed_ms + self._dialect.unlock_reply_ms_max
            return octets
        is_unlock = isinstance(request, Unlock)
        patience_ms = self._dialect.unlock_reply_ms_max if is_unlock else self._dialect.reply_ms_max
        ends_at_ms = passed_ms + patience_ms + wire_ms(self._answer_octets_max, self._baud)
        self._exchange = Exchange(self._stations[request.address], request, ends_at_ms)
        return octets

    # What is heard.

    def _take(self, heard: Iterable[Heard], now_ms: float) -> None:
        for each in heard:
            self._keep(each, now_ms)
            self._hear(each, now_ms)

    def _keep(self, heard: Heard, now_ms: float) -> None:
        piece = heard.piece
        self.record.keep(Spoken(now_ms, Side.BOARD, piece, is_believed=heard.heeded is not None or piece.frame is None))
        if piece.frame is not None:
            self.tally.add(Count.FRAMES, now_ms)
        else:
            self.tally.add(Count.SKIPPED, now_ms, by=len(piece.octets))
            self.tally.add(Count.BAD_CHECKS, now_ms, by=piece.is_damaged)

    def _hear(self, heard: Heard, now_ms: float) -> None:
        exchange, frame = self._exchange, heard.heeded
        if isinstance(frame, Answer) and exchange and answers(frame, exchange.request):
            self._end_exchange(now_ms)
            if exchange.is_read:
                self._echo.learn(len(heard.piece.octets))
            exchange.station.answered(exchange.request, frame, now_ms)
        elif isinstance(frame, DoorReport) and frame.address in self._stations:
            self._stations[frame.address].due_ms = now_ms

    def _end_exchange(self, now_ms: float) -> None:
        self._exchange = None
        self._quiet_until_ms = now_ms + self._dialect.quiet_gap_ms

    def _give_up(self, exchange: Exchange, now_ms: float) -> None:
        """No answer. A read is repeated; an unlock only where its id keeps it from being done twice."""
        self._end_exchange(now_ms)
        exchange.station.tally.add(Count.TIMEOUTS, now_ms)
        if exchange.is_read:
            self._echo.learn(answer_octets=0)
        if not isinstance(exchange.request, Unlock) or self._dialect.has_operation_ids:
            station = exchange.station
            station.missed(now_ms, self._end.doubt(station.address))

    # What is not sent.

    def _drop_orders(self, now_ms: float) -> None:
        for order in self._orders.copy():
            station = self._stations[order.address]
            if reason := self._against(order, station, now_ms):
                self._orders.remove(order)
                station.refuse(order, reason, now_ms)

    def _against(self, order: Order, station: Station, now_ms: float) -> Reason | None:
        if station.is_lost:
            return Reason.BOARD_LOST
        if now_ms >= order.stale_at_ms:
            return Reason.TOO_LATE
        return None if station.may_load(now_ms) else Reason.TOO_SOON

    def _refuse_all(self, reason: Reason, now_ms: float) -> None:
        for order in self._orders:
            self._stations[order.address].refuse(order, reason, now_ms)
        self._orders.clear()
