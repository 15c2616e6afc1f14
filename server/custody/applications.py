"""A request on its way in, with everything its rules look at."""

from dataclasses import dataclass
from datetime import date, datetime

from server.custody.attachments import DocumentKind
from server.custody.delegations import Delegation
from server.custody.facts import Cooperative, Item
from server.custody.people import Standing
from server.custody.policy.demands import Asked, Demands, resolve
from server.custody.policy.document import Policy
from server.custody.policy.words import SEALS_PAPERS
from server.custody.stated import Stated
from server.custody.states import ItemKind
from server.custody.working_days import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Stated):
    """A request with what is stated and what is known, loaded at the moment of filing.

    `people` are the cooperative's and everybody who can take a step of approval; `holder_seals` are the cooperative's
    seals that the holder has, or has asked for, in other open checkouts. `corrects` is the checkout that is filed anew,
    `documents` the kinds of those that come with it.
    """

    applicant: Standing
    holder: Standing
    cooperative: Cooperative
    people: tuple[Standing, ...]
    items: tuple[Item, ...]
    holder_seals: tuple[Item, ...]
    policy: Policy
    now: datetime
    delegations: tuple[Delegation, ...] = ()
    corrects: str | None = None
    documents: frozenset[DocumentKind] = frozenset()

    @property
    def kinds(self) -> frozenset[ItemKind]:
        """The kinds of item asked for."""
        return frozenset(item.kind for item in self.items)

    @property
    def is_sealing(self) -> bool:
        """Whether a seal is to be put on something."""
        return self.mode in SEALS_PAPERS

    @property
    def today(self) -> date:
        """The day in China."""
        return day_of(self.now)

    @property
    def demands(self) -> Demands:
        """What the policy asks of it."""
        return resolve(
            self.policy,
            Asked(
                mode=self.mode,
                kinds=self.kinds,
                matter=self.matter,
                amount_cents=self.amount_cents,
                term_months=self.term_months,
            ),
        )
