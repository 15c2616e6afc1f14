"""People at their desks: they ask, approve, take back, block and freeze."""

from server.custody.facts import Item
from server.custody.states import SealType
from server.usecases.block_people import BlockPerson, UnblockPerson, block_person, unblock_person
from server.usecases.decide_checkout import DecideCheckout, Decided
from server.usecases.expire_permits import ExpirePermits, expire_permits
from server.usecases.file_checkout import FileCheckout, Filed, file_checkout
from server.usecases.freeze_cooperative import FreezeCooperative, freeze_cooperative
from server.usecases.reissue_permit import Reissued, ReissuePermit, reissue_permit
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from tests.server.marks import decide_as_it_stands
from tests.simulation.chance import Chance
from tests.simulation.desk import Desk
from tests.simulation.timeline import Timeline
from tests.simulation.township import Township

THINK_MS = (200, 4000)
OF = {"hall-1": ("游少玉", "廖坤东"), "hall-2": ("蓝观润", "柯火梅")}
"""By agent, who keeps the accounts of the cooperative there, and who heads it."""
REVIEWER, OFFICER, OFFICE_HEAD = "何慧敏", "林少军", "赵文斌"


class Office:
    """Everybody with a desk. What they did is in `permits`: by agent, the permits that were issued, oldest first."""

    def __init__(self, timeline: Timeline, desk: Desk, township: Township, chance: Chance) -> None:
        self._timeline, self._desk, self._township, self._chance = timeline, desk, township, chance
        self.permits: dict[str, list[str]] = {agent: [] for agent in OF}
        self._blocked: set[str] = set()
        self._is_open_to_all = False

    def asks(self, agent: str) -> None:
        """An accountant asks for a seal or two; whoever has to approve does so after a while."""
        accountant, head = OF[agent]
        asked = FileCheckout(
            by=self._person(accountant),
            items=tuple(item.id for item in self._wanted(agent)),
            purpose="签土地发包合同",
            document="土地发包合同",
            copies=2,
        )
        self._desk.do(file_checkout, asked, lambda filed: self._approve(agent, filed, (head, REVIEWER)))

    def revokes(self, agent: str) -> None:
        """The office takes the newest permit back."""
        if self.permits[agent]:
            asked = RevokePermit(by=self._person(REVIEWER), permit=self.permits[agent][-1], reason="不用了")
            self._desk.do(revoke_permit, asked)

    def reissues(self, agent: str) -> None:
        """The office replaces the newest permit."""
        if self.permits[agent]:
            asked = ReissuePermit(by=self._person(REVIEWER), permit=self.permits[agent][-1])
            self._desk.do(reissue_permit, asked, lambda reissued: self._keep(agent, reissued))

    def freezes(self, agent: str) -> None:
        """The office freezes the cooperative."""
        cooperative = self._township.items[agent][0].cooperative
        asked = FreezeCooperative(by=self._person(OFFICE_HEAD), cooperative=cooperative, reason="换届")
        self._desk.do(freeze_cooperative, asked)

    def blocks(self, agent: str) -> None:
        """Somebody is kept out for some minutes."""
        person = self._person(self._chance.choice((*OF[agent], OFFICER)))
        asked = BlockPerson(by=self._person(REVIEWER), person=person)
        self._desk.do(block_person, asked, lambda _done: self._keeps_out(person))

    def lets_everybody_in(self) -> None:
        """Nobody is kept out any longer."""
        self._is_open_to_all = True
        for person in sorted(self._blocked):
            self._lets_in(person)

    def lets_expire(self) -> None:
        """The server's own round."""
        self._desk.do(expire_permits, ExpirePermits())

    def _keeps_out(self, person: str) -> None:
        self._blocked.add(person)
        for_s = 0.0 if self._is_open_to_all else self._chance.uniform(5, 60)
        self._timeline.after(for_s * 1000, lambda: self._lets_in(person))

    def _lets_in(self, person: str) -> None:
        if person in self._blocked:
            self._blocked.remove(person)
            self._desk.do(unblock_person, UnblockPerson(by=self._person(OFFICE_HEAD), person=person))

    def _approve(self, agent: str, filed: object, left: tuple[str, ...]) -> None:
        if isinstance(filed, Decided) and filed.permit is not None:
            self.permits[agent].append(filed.permit)
        elif isinstance(filed, Filed | Decided) and left:
            asked = DecideCheckout(by=self._person(left[0]), checkout=filed.checkout, agrees=True)
            self._timeline.after(self._chance.uniform(*THINK_MS), lambda: self._decide(agent, asked, left[1:]))

    def _decide(self, agent: str, asked: DecideCheckout, left: tuple[str, ...]) -> None:
        self._desk.do(decide_as_it_stands, asked, lambda said: self._approve(agent, said, left))

    def _keep(self, agent: str, reissued: object) -> None:
        if isinstance(reissued, Reissued):
            self.permits[agent].append(reissued.permit)

    def _wanted(self, agent: str) -> list[Item]:
        seals = [item for item in self._township.items[agent] if item.seal_type is not None]
        wanted = (SealType.OFFICIAL, self._chance.choice((SealType.OFFICIAL, SealType.FINANCE)))
        return [item for item in seals if item.seal_type in wanted]

    def _person(self, name: str) -> str:
        return self._township.people[name]
