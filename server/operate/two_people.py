"""Two administrators at the machine prove who they are, for what nobody does alone."""

from collections.abc import Iterable

from server.custody.refusals import Refused
from server.township import Township, now
from server.usecases.sign_in import CheckedClaim, SignInClaim, check_password

HERE = "console"


def checked_claims(township: Township, typed: Iterable[tuple[str, str]]) -> list[CheckedClaim] | Refused:
    """The numbers and passwords that were typed, each compared; the first that does not fit refuses."""
    claims: list[CheckedClaim] = []
    for phone, password in typed:
        claim = SignInClaim(phone=phone, password=password, source=HERE)
        checked = check_password(township.database, claim, now())
        if isinstance(checked, Refused):
            return checked
        claims.append(checked)
    return claims
