"""What a rule about a whole row is: its stable name, the column it speaks of, and the question it asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from server.documents.intake.records import Record
from server.documents.intake.town import Town

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Rule(Generic[R]):
    """Asks one thing of a row that was read. `broken_by` answers with the sentence for the person, None if all is well.

    `column` is the field whose cell is shown.
    """

    name: str
    column: str
    broken_by: Callable[[R, Town], str | None]
