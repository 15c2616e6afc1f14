"""What a request can be about, to choose from: uses, matters and meetings, with what each one asks for on the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.custody.policy.words import MATTER_TITLES, MEETING_TITLES, MODE_TITLES, Matter, Mode
from server.web.language import N_
from server.web.views.reading import Reading

USUAL_MODES = (Mode.ON_SITE, Mode.OFF_SITE, Mode.READ)
"""The rest stands behind 其他用法."""
MATTER_GROUPS: Mapping[str, tuple[Matter, ...]] = {
    N_("日常"): (Matter.ROUTINE, Matter.PAYMENT),
    N_("合同"): (
        Matter.PURCHASE,
        Matter.WORKS,
        Matter.LEASE,
        Matter.LAND,
        Matter.CONSTRUCTION_LAND,
        Matter.INVESTMENT,
        Matter.DISPOSAL,
        Matter.CREDIT,
    ),
    N_("成员大会决定的事"): (
        Matter.HOMESTEAD,
        Matter.SHARES,
        Matter.COMPENSATION,
        Matter.MEMBERSHIP,
        Matter.CHARTER,
        Matter.MERGER,
    ),
    N_("不能用印的事"): (
        Matter.GUARANTEE,
        Matter.OFFICER_CREDIT,
        Matter.GOVERNMENT_DEBT,
        Matter.PARTNERSHIP,
        Matter.BLANK_PAPER,
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its code, and its word."""

    code: str
    word: str


def choices(open_modes: Sequence[Mode], reading: Reading) -> dict[str, Any]:
    """For the form: of the modes that are open to its reader the usual and the other ones, the matters, the meetings.

    Where none of the usual ones is open, none of the others stands behind anything.
    """
    modes = {mode: Choice(mode, reading.say(MODE_TITLES[mode])) for mode in open_modes}
    usual = [mode for mode in USUAL_MODES if mode in modes] or list(modes)
    return {
        "usual_modes": [modes[mode] for mode in usual],
        "other_modes": [choice for mode, choice in modes.items() if mode not in usual],
        "matters": [
            (reading.say(group), [Choice(matter, reading.say(MATTER_TITLES[matter])) for matter in of_group])
            for group, of_group in MATTER_GROUPS.items()
        ],
        "meetings": [Choice(meeting, reading.say(title)) for meeting, title in MEETING_TITLES.items()],
    }
