"""What each event makes true: the one place where facts change.

Use cases record events; the store applies `effects_of` to its rows; `verify` applies the same function to an empty
world and compares. An event type without a line in these tables changes nothing: it is only remembered.
"""

from collections.abc import Callable, Mapping, Sequence

from firmware_protocol.entries import SERVER
from server.custody.effects.administration import ADMINISTRATION_EFFECTS
from server.custody.effects.attachments import ATTACHMENT_EFFECTS
from server.custody.effects.checkouts import CHECKOUT_EFFECTS
from server.custody.effects.doors import DOOR_EFFECTS
from server.custody.effects.enrolments import ENROLMENT_EFFECTS
from server.custody.effects.findings import FINDING_EFFECTS
from server.custody.effects.freezing import FREEZING_EFFECTS
from server.custody.effects.handovers import HANDOVER_EFFECTS
from server.custody.effects.journals import JOURNAL_EFFECTS
from server.custody.effects.lives import LIFE_EFFECTS
from server.custody.effects.objections import OBJECTION_EFFECTS
from server.custody.effects.people import PEOPLE_EFFECTS
from server.custody.effects.permits import PERMIT_EFFECTS
from server.custody.effects.policy import POLICY_EFFECTS
from server.custody.effects.register import REGISTER_EFFECTS
from server.custody.effects.rotations import AGENT_KEY_EFFECTS, ROTATION_EFFECTS
from server.custody.happenings import Fact, Happening, Known
from server.custody.shapes import is_well_formed

Effect = Callable[[Known, Happening], Sequence[Fact]]

SERVER_EFFECTS: Mapping[str, Effect] = {
    **REGISTER_EFFECTS,
    **PEOPLE_EFFECTS,
    **POLICY_EFFECTS,
    **CHECKOUT_EFFECTS,
    **PERMIT_EFFECTS,
    **JOURNAL_EFFECTS,
    **ATTACHMENT_EFFECTS,
    **OBJECTION_EFFECTS,
    **HANDOVER_EFFECTS,
    **FREEZING_EFFECTS,
    **FINDING_EFFECTS,
    **LIFE_EFFECTS,
    **ADMINISTRATION_EFFECTS,
    **ROTATION_EFFECTS,
    **ENROLMENT_EFFECTS,
}
AGENT_EFFECTS: Mapping[str, Effect] = {**DOOR_EFFECTS, **AGENT_KEY_EFFECTS}
"""Kept apart, so that an agent that signs a server's kind of event (an approval, say) changes nothing with it."""


def effects_of(known: Known, happening: Happening) -> Sequence[Fact]:
    """The new versions of the facts this event changes; later ones in the sequence win.

    A report that lacks what its type must say changes nothing: it stays in the log, flagged.
    """
    effect = (SERVER_EFFECTS if happening.by == SERVER else AGENT_EFFECTS).get(happening.type)
    if effect is None or not is_well_formed(happening):
        return ()
    return effect(known, happening)
