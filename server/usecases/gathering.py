"""What each rule of `custody.findings` looks at, gathered on a reader from the log, the facts and the moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from firmware_protocol.times import CHINA
from server.custody.facts import Checkout, IssuedPermit
from server.custody.findings.count_differs import Counted, StoppedSeal, TagHeard
from server.custody.findings.emergencies import Emergency
from server.custody.findings.finding import Sighting
from server.custody.findings.forbidden_matters import AskedFor
from server.custody.findings.late_handovers import OpenHandover
from server.custody.findings.often_off_site import MonthOfUse
from server.custody.findings.often_used import WeeksOfUse
from server.custody.findings.overdue import Held
from server.custody.findings.two_parts import InOneHand, Parts
from server.custody.findings.unpublished import MonthToPublish
from server.custody.findings.used_before_approval import Used
from server.custody.findings.votes import Resolved
from server.custody.handovers.content import is_difference
from server.custody.handovers.facts import Handover
from server.custody.handovers.states import HandoverKind
from server.custody.policy.words import ORDERED, Meeting
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import sightings

WEEKS_COMPARED = 13
DAY = timedelta(days=1)
TAG_NEWS = frozenset({"tag_came", "tag_went"})


@dataclass(frozen=True, slots=True)
class Gathering:
    """The facts of one look, gathered as each rule wants them. `seen` is what is new in the log."""

    reader: Reader
    facts: FactRows
    seen: tuple[Sighting, ...]
    now: datetime

    def held(self) -> Iterator[Held]:
        """Only what is past its time: the entries of the rest need not be looked for."""
        for each in sightings.checkouts_out(self.reader):
            if each.taken_at is not None and each.due_at is not None and each.due_at < self.now:
                yield Held(
                    checkout=each.id,
                    cooperative=each.cooperative,
                    items=each.taken,
                    persons=(each.holder,),
                    entries=sightings.positions_of(self.reader, each.id, "items_taken"),
                    off_site=each.off_site,
                    taken_at=each.taken_at,
                    due_at=each.due_at,
                    seen_at=self.now,
                )

    def used(self) -> Iterator[Used]:
        """Every taking with its approval, and every unpermitted opening that waits for one."""
        for sighting, checkout in self._taken():
            yield Used(
                key=checkout.id,
                cooperative=checkout.cooperative,
                checkout=checkout.id,
                persons=sighting.persons,
                entries=sighting.entries,
                used_at=sighting.at,
                approved_at=self._approved_at(checkout),
                seen_at=self.now,
            )
        yield from map(self._unapproved, sightings.waiting_emergencies(self.reader))

    def _unapproved(self, emergency: Emergency) -> Used:
        return Used(
            key=emergency.id.replace(":", "-"),
            cooperative=emergency.cooperative,
            compartment=emergency.compartment,
            persons=tuple(each for each in (emergency.officer,) if each),
            used_at=emergency.opened_at,
            approved_at=None,
            seen_at=self.now,
            is_emergency=True,
        )

    def weeks_of_use(self) -> Iterator[WeeksOfUse]:
        """The weeks of every seal that was taken since the last look."""
        year, week, _ = sightings.start_of_week(self.now).isocalendar()
        taken = {(item, checkout.cooperative): each for each, checkout in self._own_uses() for item in each.items}
        for (item, cooperative), sighting in sorted(taken.items(), key=lambda pair: pair[0]):
            yield WeeksOfUse(
                item=item,
                cooperative=cooperative,
                items=(item,),
                entries=sighting.entries,
                week=f"{year}-W{week:02}",
                uses=sightings.taken_by_week(self.reader, item, WEEKS_COMPARED, self.now),
            )

    def matters(self) -> Iterator[AskedFor]:
        """What was asked for, and asked for again after a correction; an order may well be about what is forbidden."""
        for sighting, checkout in self.about_checkouts("checkout_filed", "checkout_corrected"):
            if checkout.mode in ORDERED:
                continue
            yield AskedFor(
                checkout=checkout.id,
                cooperative=checkout.cooperative,
                persons=(checkout.applicant,),
                entries=sighting.entries,
                matter=checkout.matter,
                words=f"{checkout.purpose}\n{checkout.document}",
            )

    def parts(self) -> Iterator[Parts]:
        """Who played which part in each taking."""
        for sighting, checkout in self._taken():
            yield Parts(
                checkout=checkout.id,
                cooperative=checkout.cooperative,
                items=sighting.items,
                entries=sighting.entries,
                applicant=checkout.applicant,
                holder=checkout.holder,
                approvers=checkout.approvers,
                present=sighting.persons,
            )

    def hands(self) -> Iterator[InOneHand]:
        """What the holder of each taking has out of that cooperative."""
        for sighting, checkout in self._taken():
            theirs = sightings.items_out_with(self.reader, checkout.holder, checkout.cooperative)
            yield InOneHand(
                cooperative=checkout.cooperative,
                persons=(checkout.holder,),
                items=tuple(each.id for each in theirs),
                entries=sighting.entries,
                seal_types=frozenset(each.seal_type for each in theirs if each.seal_type is not None),
            )

    def months_of_use(self) -> Iterator[MonthOfUse]:
        """The month of every cooperative whose things left the hall."""
        month = f"{self.now.astimezone(CHINA):%Y-%m}"
        left = {checkout.cooperative: each.entries for each, checkout in self._own_uses() if checkout.off_site}
        for cooperative, taken in sorted(left.items()):
            uses, off_site = sightings.taken_in_month(self.reader, cooperative, self.now)
            yield MonthOfUse(cooperative=cooperative, entries=taken, month=month, uses=uses, off_site=off_site)

    def months_to_publish(self, due_day: int) -> Iterator[MonthToPublish]:
        """Last month of every cooperative that sealed something in it; nobody is asked before `due_day` is over.

        Everybody can read the page of a month while it lasts; it is published when its table is printed to be hung up.
        """
        today = self.now.astimezone(CHINA).date()
        if today.day <= due_day:
            return
        end = sightings.start_of_month(self.now)
        first = sightings.start_of_month(end - DAY)
        printed = sightings.disclosures_printed(self.reader, f"{first:%Y-%m}", end)
        for cooperative, uses in sorted(sightings.sealed_between(self.reader, first, end).items()):
            at = printed.get(cooperative)
            yield MonthToPublish(
                cooperative=cooperative,
                month=first.date(),
                uses=uses,
                published_on=None if at is None else at.astimezone(CHINA).date(),
                seen_on=today,
            )

    def out_of_place(self) -> Iterator[Counted | StoppedSeal | TagHeard]:
        """What people or readers found missing, or where it should not be."""
        return chain(self.alarms(), self.tags(), self.counted(), self.stopped_seals())

    def alarms(self) -> Iterator[Counted]:
        """What people at a door said is gone."""
        for each in self.seen:
            if each.type == "items_missing":
                yield Counted(
                    key=f"n{each.position}",
                    cooperative=each.cooperative,
                    checkout=each.checkout,
                    compartment=each.compartment,
                    items=each.items,
                    persons=each.persons,
                    entries=each.entries,
                    is_alarm=True,
                )

    def tags(self) -> Iterator[TagHeard]:
        """What tag readers made of known things that came or went; nobody minds one that came home unasked."""
        for each in self.seen:
            is_brought = each.type == "tag_came" and each.word == "wrong_item"
            if each.type in TAG_NEWS and each.items and not is_brought:
                yield TagHeard(
                    key=f"n{each.position}",
                    verdict=each.word,
                    cooperative=each.cooperative,
                    checkout=each.checkout,
                    compartment=each.compartment,
                    items=each.items,
                    persons=each.persons,
                    entries=each.entries,
                )

    def counted(self) -> Iterator[Counted]:
        """What a completed handover or inventory did not find, or found to be something else, or on no list.

        The first one finds for the register what nobody had written down; later ones should find nothing more.
        """
        for each in self.seen:
            handover = self.facts.get(Handover, each.handover) if each.handover else None
            if handover is not None:
                lines = sightings.lines_of(self.reader, handover.id)
                is_first = handover.kind is HandoverKind.FIRST
                yield Counted(
                    key=handover.id,
                    cooperative=handover.cooperative,
                    items=tuple(line.item for line in lines if is_difference(line)),
                    surplus=0 if is_first else sum(bool(line.added_reason) for line in lines),
                    persons=tuple(person for person in (handover.outgoing,) if person),
                    entries=each.entries,
                )

    def open_handovers(self) -> Iterator[OpenHandover]:
        """The first one takes as long as it takes; the others follow an election, a departure or an exit."""
        for each in sightings.handovers_going_on(self.reader):
            yield OpenHandover(
                handover=each.id,
                cooperative=each.cooperative,
                persons=tuple(person for person in (each.outgoing,) if person),
                since=each.opened_at.astimezone(CHINA).date(),
                seen_on=self.now.astimezone(CHINA).date(),
            )

    def stopped_seals(self) -> Iterator[StoppedSeal]:
        """The old seals that nobody has surrendered."""
        for each in sightings.stopped_seals(self.reader):
            if each.life_since is not None:
                yield StoppedSeal(
                    item=each.id,
                    cooperative=each.cooperative,
                    items=(each.id,),
                    stopped_on=each.life_since.astimezone(CHINA).date(),
                    seen_on=self.now.astimezone(CHINA).date(),
                )

    def resolved(self) -> Iterator[Resolved]:
        """What was taken under a vote, or should have been.

        Other meetings than that of all members have thresholds of their own, computed when the request was filed.
        """
        for sighting, checkout in self._taken():
            meeting = checkout.meeting
            if not checkout.demands.meetings or (meeting is not None and meeting.kind is not Meeting.MEMBERS):
                continue
            yield Resolved(
                checkout=checkout.id,
                cooperative=checkout.cooperative,
                persons=(checkout.applicant,),
                entries=sighting.entries,
                has_minutes=meeting is not None,
                notice_days=(meeting.held_on - meeting.noticed_on).days if meeting and meeting.noticed_on else None,
                members=meeting.expected if meeting else None,
                attended=meeting.present if meeting else None,
                agreed=meeting.agreed if meeting else None,
            )

    def _approved_at(self, checkout: Checkout) -> datetime | None:
        """The last approval; where the policy asked for none, the permit."""
        agreed = [each.at for each in checkout.decisions if each.agreed and each.revision == checkout.revision]
        permit = self.facts.get(IssuedPermit, checkout.permit) if checkout.permit else None
        return max(agreed, default=None if permit is None else permit.issued_at)

    def _taken(self) -> Iterator[tuple[Sighting, Checkout]]:
        return self.about_checkouts("items_taken")

    def _own_uses(self) -> Iterator[tuple[Sighting, Checkout]]:
        return ((each, checkout) for each, checkout in self._taken() if checkout.mode not in ORDERED)

    def about_checkouts(self, *types: str) -> Iterator[tuple[Sighting, Checkout]]:
        """What is new of these types about checkouts, with each checkout as it stands."""
        for each in self.seen:
            checkout = self.facts.get(Checkout, each.checkout) if each.type in types and each.checkout else None
            if checkout is not None:
                yield each, checkout
