"""What proposing and answering a change makes true; what the change itself says is recorded by events of its own."""

from collections.abc import Sequence
from dataclasses import replace

from server.custody.administration.changes import Change, ChangeKind, ChangeState
from server.custody.administration.settings import Setting
from server.custody.happenings import Fact, Happening, Known

_OF_THE_PROPOSAL = frozenset({"change", "kind", "by_person"})


def _proposed(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Change(
            id=h.about["change"],
            kind=ChangeKind(h.about["kind"]),
            wanted={key: str(value) for key, value in h.about.items() if key not in _OF_THE_PROPOSAL},
            note=h.body.get("note", ""),
            proposed_by=h.about["by_person"],
            proposed_at=h.at,
        )
    ]


def _confirmed(known: Known, h: Happening) -> Sequence[Fact]:
    return _answered(known, h, ChangeState.CONFIRMED)


def _declined(known: Known, h: Happening) -> Sequence[Fact]:
    return _answered(known, h, ChangeState.DECLINED)


def _answered(known: Known, h: Happening, state: ChangeState) -> Sequence[Fact]:
    change = known.get(Change, h.about["change"])
    if change is None:
        return []
    reason = h.body.get("reason", "")
    return [replace(change, state=state, decided_by=h.about["by_person"], decided_at=h.at, reason=reason)]


def _setting(known: Known, h: Happening) -> Sequence[Fact]:
    change = known.get(Change, h.about["change"]) if "change" in h.about else None
    confirmed_by = None if change is None else change.decided_by
    by = h.about["person"]
    return [
        Setting(id=h.about["setting"], value=h.about["value"], set_by=by, set_at=h.at, confirmed_by=confirmed_by),
    ]


ADMINISTRATION_EFFECTS = {
    "change_proposed": _proposed,
    "change_confirmed": _confirmed,
    "change_declined": _declined,
    "settings_changed": _setting,
}
