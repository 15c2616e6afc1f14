"""What a verification found: where, and what is wrong there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as the log says, in Chinese: `where` it is, and `what` is wrong with it."""

    where: str
    what: str
