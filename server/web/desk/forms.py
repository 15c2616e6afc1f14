"""Forms as typed: text, nothing required, nothing unknown. What they mean is read by the page that has them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict, Field

from server.web.storable import Storable


class Typed(Storable):
    """A form; `once` is the token of the page it stood on, and `mark` is what a second tap is known by.

    A page that fills it with what is stored uses `model_construct`: that may be longer than what one types.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    once: str = Field("", max_length=64)

    @property
    def mark(self) -> str:
        """The token with all that is written (hex): another one as soon as a field is; '' where there is no token."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest() if self.once else ""


class WithDocuments(Typed):
    """A form with a chooser of files: `attachments` are the ids of what was handed in there."""

    attachments: list[str] = Field([], max_length=60)


def attachments_in(form: Typed | None) -> Sequence[str]:
    """The documents (ids) that a form names, where it has any."""
    return form.attachments if isinstance(form, WithDocuments) else ()


@dataclass(frozen=True, slots=True)
class Written:
    """What stood in a form that a rule refused: its page gives it back at its place, and nobody writes it twice."""

    action: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    def at(self, *actions: str) -> Mapping[str, Any]:
        """The fields, for the form that is sent to one of these addresses; none for every other form."""
        return self.fields if self.action in actions else {}
