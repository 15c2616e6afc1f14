"""Which cosignatures make a checkpoint trusted: a policy file (C2SP tlog-policy) that people can read.

::

    log gongguan/aaaa/log+…
    witness hall-1 gongguan/aaaa/agent/hall-1+…
    witness jiwei  jiwei.example/w1+…           https://10.0.0.9:8700
    group cabinets any hall-1
    group all-of-us all cabinets jiwei
    quorum all-of-us

A group has witnessed a head when at least so many of its members have: `any` is one, `all` is each. `quorum none` asks
for nobody. A witness's URL is where its `add-checkpoint` is found; without one it comes to the log by itself.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from firmware_protocol.cosignatures import Cosigner, times_cosigned
from firmware_protocol.notes import MalformedNote, Verifier

_NOBODY = "none"


class MalformedPolicy(ValueError):
    """The text is no policy; the message names the line."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody whose cosignature the policy can ask for; `url` is the submission prefix, empty where there is none."""

    name: str
    cosigner: Cosigner
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Members (witnesses or earlier groups, by name), and how many of them it takes."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses and groups by name, and what `quorum` names."""

    logs: tuple[Verifier, ...] = ()
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = _NOBODY

    def is_met(self, note: bytes) -> bool:
        """Whether a checkpoint's note bears the cosignatures the quorum asks for. False for what is no note."""
        try:
            signed = times_cosigned(note, [witness.cosigner for witness in self.witnesses.values()])
        except MalformedNote:
            return False
        return self.quorum == _NOBODY or self._has_witnessed(self.quorum, signed)

    def _has_witnessed(self, name: str, signed: Collection[str]) -> bool:
        if witness := self.witnesses.get(name):
            return witness.cosigner.name in signed
        group = self.groups[name]
        return sum(self._has_witnessed(member, signed) for member in group.members) >= group.needed


def parse_policy(text: str) -> Policy:
    """Read a policy file; raises `MalformedPolicy` with the line's number."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            _LINES[words[0]](draft, words[1:])
        except (KeyError, ValueError, IndexError) as error:
            raise MalformedPolicy(f"line {number}: {line.strip()!r} says nothing that a policy can say") from error
    if draft.quorum is None:
        raise MalformedPolicy("a policy has exactly one quorum line")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


@dataclass(slots=True)
class _Draft:
    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    grouped: set[str] = field(default_factory=set)

    def claim(self, name: str) -> str:
        """A name nobody has yet."""
        if name in (_NOBODY, *self.witnesses, *self.groups):
            raise ValueError(name)
        return name

    def known(self, name: str) -> str:
        """A name that an earlier line gave."""
        if name not in self.witnesses and name not in self.groups:
            raise ValueError(name)
        return name


def _log(draft: _Draft, words: list[str]) -> None:
    vkey, *_url = words if len(words) <= 2 else []
    verifier = Verifier.parse(vkey)
    if verifier.public_bytes in {each.public_bytes for each in draft.logs}:
        raise ValueError(vkey)
    draft.logs.append(verifier)


def _witness(draft: _Draft, words: list[str]) -> None:
    name, vkey, *url = words if len(words) <= 3 else []
    cosigner = Cosigner.parse(vkey)
    if cosigner.public_bytes in {each.cosigner.public_bytes for each in draft.witnesses.values()}:
        raise ValueError(vkey)
    draft.witnesses[draft.claim(name)] = Witness(name, cosigner, "".join(url).rstrip("/"))


def _group(draft: _Draft, words: list[str]) -> None:
    name, amount, *members = words
    needed = {"any": 1, "all": len(members)}.get(amount) or int(amount)
    is_new = draft.grouped.isdisjoint(members) and len(set(members)) == len(members)
    if not is_new or not 1 <= needed <= len(members):
        raise ValueError(amount)
    group = Group(needed, tuple(draft.known(member) for member in members))
    draft.groups[draft.claim(name)] = group
    draft.grouped.update(members)


def _quorum(draft: _Draft, words: list[str]) -> None:
    (name,) = words
    if draft.quorum is not None:
        raise ValueError(name)
    draft.quorum = name if name == _NOBODY else draft.known(name)


_LINES: dict[str, Callable[[_Draft, list[str]], None]] = {
    "log": _log,
    "witness": _witness,
    "group": _group,
    "quorum": _quorum,
}
