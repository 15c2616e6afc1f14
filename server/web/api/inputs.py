"""What the API takes. A field it does not know is refused, and so is a text without an end."""

from pydantic import BaseModel, ConfigDict, Field


class Input(BaseModel):
    """Every body that is sent here."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Input):
    """Phone number and password."""

    phone: str = Field(max_length=32)
    password: str = Field(max_length=128)


class NewCheckout(Input):
    """A request. `amount_cents` in hundredths of 元; `holder` defaults to whoever files it."""

    items: list[str] = Field(max_length=200)
    purpose: str = Field(max_length=500)
    off_site: bool = False
    document: str = Field("", max_length=500)
    counterparty: str = Field("", max_length=500)
    amount_cents: int | None = Field(None, ge=0, le=10**15)
    copies: int | None = Field(None, ge=0, le=10**6)
    place: str = Field("", max_length=500)
    holder: str | None = Field(None, max_length=64)


class NewApproval(Input):
    """An approver's answer; a no needs a reason."""

    agrees: bool
    reason: str = Field("", max_length=500)


class NewDeposit(Input):
    """What is to be put in; no items means everything that is registered and not in."""

    cooperative: str = Field(min_length=1, max_length=64)
    items: list[str] = Field([], max_length=500)


class NewRevocation(Input):
    """Why a permit is taken back."""

    reason: str = Field(max_length=500)
