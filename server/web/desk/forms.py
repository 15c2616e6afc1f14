"""Forms as typed: text, nothing required, nothing unknown. What they mean is read by the page that has them."""

from pydantic import ConfigDict, Field

from server.web.storable import Storable


class Typed(Storable):
    """A form; `once` is the token by which a second tap is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    once: str = Field("", max_length=64)
