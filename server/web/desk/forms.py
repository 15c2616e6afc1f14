"""Forms as typed: text, nothing required, nothing unknown. What they mean is read by the page that has them."""

import hashlib

from pydantic import ConfigDict, Field

from server.web.storable import Storable


class Typed(Storable):
    """A form; `once` is the token of the page it stood on, and `mark` is what a second tap is known by."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    once: str = Field("", max_length=64)

    @property
    def mark(self) -> str:
        """The token with all that is written (hex): another one as soon as a field is; '' where there is no token."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest() if self.once else ""
