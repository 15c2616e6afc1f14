"""A host, a controller, and somebody between them who drops, repeats, reorders, changes, injects and replays.

They know every byte that was ever sent. They may keep doors shut; they never open one, never open one twice, and when
they go away the link works again at once.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from firmware_protocol.boards import (
    AskOutcome,
    Auth,
    Doubted,
    Hello,
    Packet,
    Proof,
    ReadEvents,
    ReadStatus,
    Request,
    Result,
    Side,
    Snapshot,
    Unlock,
    dialect,
)
from firmware_protocol.boards.gongguan_lcp.keys import NONCE_OCTETS, Secret, operation_id
from firmware_protocol.boards.gongguan_lcp.sessions import HostSession, NoSession
from firmware_protocol.emulators import Fittings
from firmware_protocol.emulators.gongguan_lcp import EmulatedController

SPEECH = dialect("gongguan-lcp")
SECRET = Secret(b"s" * 32)
VALID_MS = 1000
CHANNELS = 3


class HostileLine(RuleBasedStateMachine):
    """`written` are all frames that ever stood on the wire, and `flying` those not yet arrived, by direction.

    As the agent does, the host orders once it has read the controller's uptime in this session (`zero_ms`: our time at
    which it was 0), and repeats an order only within the session it was made in (`repeatable`).
    """

    def __init__(self):
        super().__init__()
        self.now_ms = 0.0
        self.board = EmulatedController(SPEECH, 1, CHANNELS, Fittings())
        self.board.provision(SECRET)
        self.host = HostSession(SECRET)
        self.nonces = 0
        self.orders = 0
        self.zero_ms: float | None = None
        self.repeatable: list[Unlock] = []
        self.ordered: dict[bytes, tuple[int, float]] = {}
        self.pulsed: dict[bytes, int] = {}
        self.written: list[Packet] = []
        self.flying: list[Packet] = []
        self.believed: list[Packet] = []
        self.answers: list[Packet] = []

    # What the host does.

    @rule()
    def greet(self):
        self.begin_anew()
        self.say(Hello(1))

    @initialize()
    def begin(self):
        self.connect()

    @rule()
    def connect(self):
        """A whole greeting without disturbance."""
        self.begin_anew()
        for request in (Hello(1), Auth(1), ReadStatus(1)):
            self.exchange(request)

    @rule(request=st.sampled_from([Auth(1), ReadStatus(1), ReadEvents(1, 0), AskOutcome(1, b"12345678")]))
    def ask(self, request):
        self.say(request)

    @precondition(lambda self: self.zero_ms is not None)
    @rule(channel=st.integers(1, CHANNELS))
    def order(self, channel):
        self.orders += 1
        operation = operation_id("m-aaaaaaaaaaaaaaaa", "attempt", self.orders)
        unlock = Unlock(1, channel, 300, operation, self.not_after_ms())
        if self.say(unlock):
            self.ordered[operation] = channel, self.now_ms
            self.repeatable.append(unlock)

    @precondition(lambda self: self.repeatable)
    @rule(data=st.data())
    def order_again(self, data):
        """As a host does whose answer was lost."""
        self.exchange(data.draw(st.sampled_from(self.repeatable)))

    # What time and power do.

    @rule(for_ms=st.sampled_from([1, 60, 400, 2500]))
    def wait(self, for_ms):
        self.advance(for_ms)

    @rule()
    def cut_power(self):
        self.board.cut_power(self.now_ms)
        self.advance(600)

    @rule()
    def restart_host(self):
        self.begin_anew()
        self.host = HostSession(SECRET)

    # What the one between them does.

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def deliver(self, data):
        """In any order."""
        packet = data.draw(st.sampled_from(self.flying))
        self.flying.remove(packet)
        self.arrive(packet)

    @precondition(lambda self: self.flying)
    @rule()
    def drop(self):
        self.flying.clear()

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def replay(self, data):
        """Anything that was ever said, at any time after."""
        self.arrive(data.draw(st.sampled_from(self.written)))

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def change(self, data):
        """One bit of something, under a right CRC."""
        packet = data.draw(st.sampled_from(self.written))
        body = bytearray(SPEECH.framing.unwrap(SPEECH.encode(packet))[:-2])
        body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        wire = SPEECH.framing.wrap(bytes(body) + SPEECH.check.over(bytes(body)))
        for side in Side:
            for heard in SPEECH.decoder(side).feed(wire):
                if isinstance(heard, Packet):
                    self.arrive(heard)

    @rule(channel=st.integers(1, CHANNELS), counter=st.sampled_from([1, 2, 5, 2**31]))
    def inject(self, channel, counter):
        """A session and an order without the secret."""
        self.board_hears(Packet(1, Hello(1, nonce=self.nonce())))
        for request in (Auth(1), Unlock(1, channel, 300, b"forgery!", 2**63)):
            self.board_hears(Packet(1, request, Proof(counter, bytes(8))))

    # The wire.

    def begin_anew(self):
        self.zero_ms = None
        self.repeatable.clear()

    def not_after_ms(self) -> int:
        assert self.zero_ms is not None
        return int(self.now_ms - self.zero_ms) + VALID_MS

    def nonce(self):
        self.nonces += 1
        return self.nonces.to_bytes(NONCE_OCTETS)

    def say(self, request: Request) -> bool:
        try:
            packet = self.host.ask(request, self.nonce())
        except NoSession:
            return False
        self.written.append(packet)
        self.flying.append(packet)
        return True

    def exchange(self, request: Request) -> None:
        """A request and its answer arrive, whatever else is under way."""
        others, self.flying = self.flying, []
        if self.say(request):
            self.arrive(self.flying.pop())
            for answer in self.flying:
                self.arrive(answer)
        self.flying = others

    def arrive(self, packet: Packet) -> None:
        """At the host if a controller may say it, else at the controller; the answer is under way then."""
        if SPEECH.decoder(Side.BOARD).feed(SPEECH.encode(packet)):
            answer = self.host.hear(packet)
            if isinstance(answer, Snapshot):
                self.zero_ms = self.now_ms - answer.uptime_ms
            return
        answers = self.board_hears(packet)
        self.written += answers
        self.flying += answers

    def board_hears(self, packet: Packet) -> list[Packet]:
        before = {channel: lock.pulses for channel, lock in self.board.locks.items()}
        self.board.hear(packet, self.now_ms)
        for channel, lock in self.board.locks.items():
            for _ in range(lock.pulses - before[channel]):
                self.count_pulse(packet, channel)
        self.advance(3)
        self.count_belief(packet)
        for pulses in self.board._pulsed_ms.values():  # noqa: SLF001
            pulses.clear()  # a lock that never rests: the ids alone prevent a second pulse
        return self.answers

    def count_belief(self, packet):
        """No request is obeyed twice."""
        if packet.proof and not all(isinstance(answer.message, Doubted) for answer in self.answers):
            assert packet not in self.believed
            self.believed.append(packet)

    def count_pulse(self, packet, channel):
        """It is one that the host ordered, for this lock, not long ago."""
        assert isinstance(packet.message, Unlock)
        operation = packet.message.operation
        assert operation in self.ordered, "a forged pulse"
        wanted, ordered_ms = self.ordered[operation]
        assert wanted == channel
        assert self.now_ms - ordered_ms <= VALID_MS, "a late pulse"
        self.pulsed[operation] = self.pulsed.get(operation, 0) + 1

    def advance(self, for_ms):
        self.now_ms += for_ms
        self.answers = [answer for answer in self.board.due(self.now_ms) if isinstance(answer, Packet)]

    @invariant()
    def no_operation_is_done_twice(self):
        assert all(count == 1 for count in self.pulsed.values())

    @invariant()
    def every_pulse_is_counted(self):
        assert sum(lock.pulses for lock in self.board.locks.values()) == sum(self.pulsed.values())

    def teardown(self):
        """They have gone: within one greeting the link works, and a lock opens."""
        self.flying.clear()
        self.advance(61_000)
        self.connect()
        operation = operation_id("m-aaaaaaaaaaaaaaaa", "return", 1)
        unlock = Unlock(1, 1, 300, operation, self.not_after_ms())
        assert self.say(unlock)
        self.ordered[operation] = 1, self.now_ms
        self.arrive(self.flying.pop(0))
        told = self.host.hear(self.flying.pop(0))
        assert told is not None
        assert getattr(told, "result", None) is Result.PULSED


TestHostileLine = HostileLine.TestCase
TestHostileLine.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
