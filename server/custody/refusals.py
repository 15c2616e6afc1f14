"""A refusal is a value: which rule said no, and one sentence with what happened, why, and what to do next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Refused:
    """No, with the reason. `rule` is an enumerated word for the log, `sentence` Chinese text for the person."""

    rule: str
    sentence: str


def all_refusals(rules: Iterable[Callable[[Facts], Refused | None]], facts: Facts) -> tuple[Refused, ...]:
    """What every unsatisfied rule says, in order."""
    return tuple(refused for rule in rules if (refused := rule(facts)) is not None)


def first_refusal(rules: Iterable[Callable[[Facts], Refused | None]], facts: Facts) -> Refused | None:
    """What the first unsatisfied rule says, or None when every rule agrees. An empty list of rules refuses."""
    judged = False
    for rule in rules:
        judged = True
        if (refused := rule(facts)) is not None:
            return refused
    return None if judged else Refused("no_rules", "系统没有为这件事设定规则，不能办理。请联系三资办。")
