"""What no table can hold: PostgreSQL keeps no NUL in a text, and nobody types one. It is refused at the door."""

from typing import Any

from pydantic import BaseModel, model_validator

NUL = "\0"


class Storable(BaseModel):
    """What is sent here: a field with a NUL in it is not of the declared form."""

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, given: Any) -> Any:  # noqa: ANN401 - whatever was sent
        if isinstance(given, dict) and any(_holds_nul(value) for value in given.values()):
            raise ValueError("NUL")
        return given


def _holds_nul(value: object) -> bool:
    if isinstance(value, list):
        return any(_holds_nul(each) for each in value)
    return isinstance(value, str) and NUL in value
