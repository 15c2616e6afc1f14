"""Forms as typed: text, nothing required, nothing unknown. What they mean is read by the page that has them."""

from pydantic import BaseModel, ConfigDict, Field

from server.documents.intake.cells import Refusal
from server.documents.intake.numbers import read_amount_cents, whole_number
from server.usecases.file_checkout import FileCheckout
from server.web.language import N_, Translate

COPIES_MAX = 999
COPIES_EXPECTED = N_("份数写整数，例如 4。")
AMOUNT_EXPECTED = N_("金额写数字就好，例如 247000 或 24.7万。")
_read_copies = whole_number("份", most=COPIES_MAX)


class Typed(BaseModel):
    """A form; `once` is the token by which a second tap is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    once: str = Field("", max_length=64)


class RequestForm(Typed):
    """A new request as typed."""

    cooperative: str = Field("", max_length=32)
    items: list[str] = Field([], max_length=200)
    off_site: str = Field("", max_length=8)
    place: str = Field("", max_length=200)
    purpose: str = Field("", max_length=200)
    document: str = Field("", max_length=200)
    copies: str = Field("", max_length=16)
    counterparty: str = Field("", max_length=200)
    amount: str = Field("", max_length=32)
    holder: str = Field("", max_length=32)

    @property
    def has_deal(self) -> bool:
        """Whether the part about counterparty and amount has been written in."""
        return bool(self.counterparty or self.amount)

    def mistakes(self, _: Translate) -> dict[str, str]:
        """What cannot be read, by field."""
        found = {}
        if self.copies.strip() and isinstance(_read_copies(self.copies), Refusal):
            found["copies"] = _(COPIES_EXPECTED)
        if self.amount.strip() and isinstance(read_amount_cents(self.amount), Refusal):
            found["amount"] = _(AMOUNT_EXPECTED)
        return found

    def asked(self, by: str) -> FileCheckout:
        """What is asked for; what cannot be read counts as not written."""
        copies, amount_cents = _read_copies(self.copies), read_amount_cents(self.amount)
        return FileCheckout(
            by=by,
            items=tuple(self.items),
            purpose=self.purpose,
            off_site=bool(self.off_site),
            document=self.document,
            counterparty=self.counterparty,
            amount_cents=None if isinstance(amount_cents, Refusal) else amount_cents,
            copies=None if isinstance(copies, Refusal) else copies,
            place=self.place if self.off_site else "",
            holder=self.holder or None,
        )
