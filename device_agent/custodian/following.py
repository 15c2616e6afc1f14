"""Following the log: each head shown is held against the last one, kept, and cosigned; two histories are an alarm.

A head counts only once it is kept, and the cosignature leaves after that: an agent that forgot what it has vouched for
could be led down another history. A dispute stays until people have looked at it and the agent is added again; taking
out waits for that, bringing back does not.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from device_agent.custodian.decisions import AskAnew, Cosign, Keep, Record
from device_agent.custodian.log_view import HeadShown, KeysReceived, KeysView, LogView
from device_agent.custodian.state import Custody, Now, Stage, Step
from firmware_protocol.log_heads import Head, Shown, Verdict, judge

HEAD_NOTE = "log:head"
WITNESSED_NOTE = "log:witnessed"
DISPUTE_NOTE = "log:dispute"


def head_shown(custody: Custody, _stage: Stage, given: HeadShown, _now: Now) -> Step:
    """A head that came by itself."""
    return follow(custody, given.shown)


def keys_received(custody: Custody, _stage: Stage, given: KeysReceived, _now: Now) -> Step:
    """Go over to the keys that the log says followed ours; not in the log that this agent follows, not for us.

    They are kept with the head that may bear the new one alone: without them no start could read it.
    """
    custody, followed = follow(custody, given.shown)
    held = custody.log.head
    is_ours = held is not None and held.checkpoint == given.shown.head.checkpoint and custody.log.dispute is None
    if not is_ours or given.version <= custody.keys.version:
        return Step(custody, followed)
    custody = replace(custody, keys=KeysView(given.history, given.version))
    return Step(custody, (Record("keys_received", {"version": given.version}, notes=given.notes), *followed))


def follow(custody: Custody, shown: Shown) -> Step:
    """Judge a head by the one that is held, and go along where they are one log."""
    if custody.log.dispute is not None:
        return Step(custody)
    verdict = judge(custody.log.head, shown.head, shown.earlier, shown.consistency)
    return _ANSWERS[verdict](custody, shown, verdict)


def _went_on(custody: Custody, shown: Shown, _verdict: Verdict) -> Step:
    kept = Keep({HEAD_NOTE: shown.head.note, **_witnessed_notes(custody.log, shown)})
    return Step(replace(custody, log=_seen(custody.log, shown)), (kept, Cosign(shown.head)))


def _same_again(custody: Custody, shown: Shown, _verdict: Verdict) -> Step:
    """The log says that it lives, or that others have seen this head: vouched for anew when it has a newer time."""
    known, notes = custody.log, _witnessed_notes(custody.log, shown)
    seen = replace(custody, log=_seen(known, shown))
    kept = (Keep(notes),) if notes else ()
    is_newer = known.head is None or _later(shown.head, known.head)
    return Step(seen, (*kept, Cosign(shown.head)) if is_newer else kept)


def _nothing_new(custody: Custody, _shown: Shown, _verdict: Verdict) -> Step:
    return Step(custody)


def _not_ours(custody: Custody, _shown: Shown, _verdict: Verdict) -> Step:
    return Step(custody, (AskAnew(),))


def _disputed(custody: Custody, shown: Shown, verdict: Verdict) -> Step:
    """Two histories: both heads are kept, in the journal's own chain, for whoever looks into it."""
    known = custody.log.head
    if known is None:
        return Step(custody)
    about = {
        "kind": verdict,
        "size": known.size,
        "root": known.checkpoint.root.hex(),
        "shown_size": shown.head.size,
        "shown_root": shown.head.checkpoint.root.hex(),
    }
    body = {"known": known.note.decode(), "shown": shown.note.decode()}
    evidence = Record("log_disputed", about, body, notes={DISPUTE_NOTE: verdict.encode()})
    return Step(replace(custody, log=replace(custody.log, dispute=verdict)), (evidence,))


def _seen(log: LogView, shown: Shown) -> LogView:
    head = shown.head if log.head is None or shown.head.size > log.size or _later(shown.head, log.head) else log.head
    witnessed_size = max(log.witnessed_size, shown.head.size) if shown.is_quorate else log.witnessed_size
    return replace(log, head=head, witnessed_size=witnessed_size)


def _witnessed_notes(log: LogView, shown: Shown) -> Mapping[str, bytes]:
    is_news = shown.is_quorate and shown.head.size > log.witnessed_size
    return {WITNESSED_NOTE: shown.head.note} if is_news else {}


def _later(one: Head, other: Head) -> bool:
    return one.at is not None and (other.at is None or one.at > other.at)


_ANSWERS: Mapping[Verdict, Callable[[Custody, Shown, Verdict], Step]] = {
    "followed": _went_on,
    "same": _same_again,
    "behind": _nothing_new,
    "unlinked": _not_ours,
    "forked": _disputed,
    "shrunk": _disputed,
}
