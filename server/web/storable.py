"""What no table can hold: NUL, which PostgreSQL keeps in no text, and half a character, which nothing can write.

JSON can spell both, and nobody types either. They are refused at the door.
"""

import re
from typing import Any

from pydantic import BaseModel, model_validator

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Storable(BaseModel):
    """What is sent here: a text that cannot be kept is not of the declared form."""

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, given: Any) -> Any:  # noqa: ANN401 - whatever was sent
        if isinstance(given, dict) and not all(is_storable(value) for value in given.values()):
            raise ValueError("a text that cannot be kept")
        return given


def is_storable(value: object) -> bool:
    """Whether a text, or every text of a list, can be kept; whatever is no text can."""
    if isinstance(value, list):
        return all(is_storable(each) for each in value)
    return not isinstance(value, str) or _UNSTORABLE.search(value) is None
