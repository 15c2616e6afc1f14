"""The form in which a change of the policy is proposed: the figures and steps a township sets for itself."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from server.custody.policy.document import Period, Policy, StepRule, TierRule, UseRule
from server.custody.policy.words import Mode, Presence, Tier
from server.custody.states import ItemKind, Step
from server.documents.intake.cells import Refusal
from server.documents.intake.numbers import read_amount_cents, whole_number
from server.web.desk.forms import Typed
from server.web.language import N_, Translate

_TIERS = tuple(Tier)
_read_number = whole_number("分钟", "小时", "天", "个工作日", most=99_999)
WRONG_AMOUNT = N_("金额写数字就好，例如 247000 或 24.7万。")
WRONG_NUMBER = N_("这里写整数，例如 30。")


class PolicyForm(Typed):
    """The changeable part of a policy as typed; amounts in 元, clocks in working minutes."""

    t2: str = Field("", max_length=32)
    t3: str = Field("", max_length=32)
    t4: str = Field("", max_length=32)
    village_from: Tier | str = Field("", max_length=8)
    leader_from: Tier | str = Field("", max_length=8)
    witness_from: Tier | str = Field("", max_length=8)
    on_site_minutes: str = Field("", max_length=8)
    off_site_hours: str = Field("", max_length=8)
    contract_days: str = Field("", max_length=8)
    voucher_days: str = Field("", max_length=8)
    head_minutes: str = Field("", max_length=8)
    office_minutes: str = Field("", max_length=8)
    office_major_minutes: str = Field("", max_length=8)
    correction_days: str = Field("", max_length=8)
    note: str = Field("", max_length=300)

    def mistakes(self, _: Translate) -> dict[str, str]:
        """What cannot be read, by field."""
        wrong_amounts = [each for each in AMOUNTS if isinstance(read_amount_cents(self._text(each)), Refusal)]
        wrong_numbers = [each for each in NUMBERS if isinstance(_read_number(self._text(each)), Refusal)]
        return dict.fromkeys(wrong_amounts, _(WRONG_AMOUNT)) | dict.fromkeys(wrong_numbers, _(WRONG_NUMBER))

    def amended(self, policy: Policy) -> Policy:
        """The policy with these figures; call it only where nothing is mistaken."""
        return replace(
            policy,
            tiers=tuple(self._tier(row) for row in policy.tiers),
            uses=tuple(self._use(row) for row in policy.uses),
            steps=tuple(self._step(row) for row in policy.steps),
            correction_days=self._number("correction_days"),
        )

    def _tier(self, row: TierRule) -> TierRule:
        name = str(row.tier)
        read = read_amount_cents(self._text(name)) if name in AMOUNTS else row.from_cents
        cents = row.from_cents if isinstance(read, Refusal) else read
        wanted = {
            Step.VILLAGE: _is_from(self.village_from, row.tier),
            Step.LEADER: _is_from(self.leader_from, row.tier),
        }
        steps = tuple(step for step in Step if wanted.get(step, step in row.steps))
        presence = (Presence.WITNESS,) if _is_from(self.witness_from, row.tier) else ()
        return replace(row, from_cents=cents, steps=steps, presence=presence)

    def _use(self, row: UseRule) -> UseRule:
        name, period = DUE_FIELDS.get((row.mode, row.kind)) or DUE_FIELDS.get((row.mode, None)) or ("", None)
        if period is None:
            return row
        due = period(self._number(name))
        return row if due == row.due else replace(row, due=due, extension=due)

    def _step(self, row: StepRule) -> StepRule:
        if row.step is Step.HEAD:
            minutes = self._number("head_minutes")
            return replace(row, minutes=minutes, minutes_major=minutes if minutes != row.minutes else row.minutes_major)
        if row.step is Step.OFFICE:
            return replace(
                row, minutes=self._number("office_minutes"), minutes_major=self._number("office_major_minutes")
            )
        return row

    def _text(self, name: str) -> str:
        return str(getattr(self, name))

    def _number(self, name: str) -> int:
        number = _read_number(self._text(name))
        return 0 if isinstance(number, Refusal) else number


AMOUNTS = ("t2", "t3", "t4")
NUMBERS = (
    *("on_site_minutes", "off_site_hours", "contract_days", "voucher_days"),
    *("head_minutes", "office_minutes", "office_major_minutes", "correction_days"),
)
DUE_FIELDS: Mapping[tuple[Mode, ItemKind | None], tuple[str, Callable[[int], Period]]] = {
    (Mode.ON_SITE, None): ("on_site_minutes", lambda n: Period(minutes=n)),
    (Mode.OFF_SITE, None): ("off_site_hours", lambda n: Period(minutes=n * 60)),
    (Mode.AWAY, ItemKind.CONTRACT): ("contract_days", lambda n: Period(working_days=n)),
    (Mode.AWAY, ItemKind.VOUCHER): ("voucher_days", lambda n: Period(working_days=n)),
}
"""Which field says until when something of a use has to be back; None: whatever kind of thing."""


def form_of(policy: Policy) -> PolicyForm:
    """The form with the figures of this policy."""
    tiers = {row.tier: row for row in policy.tiers}
    return PolicyForm(
        **{str(tier): f"{row.from_cents / 100:.0f}" for tier, row in tiers.items() if str(tier) in AMOUNTS},
        village_from=_first_with(policy, lambda row: Step.VILLAGE in row.steps),
        leader_from=_first_with(policy, lambda row: Step.LEADER in row.steps),
        witness_from=_first_with(policy, lambda row: Presence.WITNESS in row.presence),
        on_site_minutes=str(_due(policy, Mode.ON_SITE, ItemKind.SEAL).minutes),
        off_site_hours=str(_due(policy, Mode.OFF_SITE, ItemKind.SEAL).minutes // 60),
        contract_days=str(_due(policy, Mode.AWAY, ItemKind.CONTRACT).working_days),
        voucher_days=str(_due(policy, Mode.AWAY, ItemKind.VOUCHER).working_days),
        head_minutes=str(policy.step(Step.HEAD).minutes),
        office_minutes=str(policy.step(Step.OFFICE).minutes),
        office_major_minutes=str(policy.step(Step.OFFICE).minutes_major),
        correction_days=str(policy.correction_days),
    )


def _is_from(least: Tier | str, tier: Tier) -> bool:
    return least in set(Tier) and _TIERS.index(tier) >= _TIERS.index(Tier(least))


def _first_with(policy: Policy, fits: Callable[[TierRule], bool]) -> str:
    return next((str(row.tier) for row in policy.tiers if fits(row)), "")


def _due(policy: Policy, mode: Mode, kind: ItemKind) -> Period:
    use: Any = policy.use(mode, kind)
    return Period() if use is None else use.due
