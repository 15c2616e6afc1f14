"""Signing in and out, redeeming a one-time code, and the language of the pages."""

import secrets
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form
from pydantic import Field
from starlette.responses import Response

from server.custody.people import Person
from server.custody.refusals import Refused
from server.store.fact_rows import FactRows
from server.usecases.off_loop import off_loop
from server.usecases.redeem_code import RedeemCode, Redeemed, prepare_redemption, redeem_code
from server.usecases.sign_in import SignedIn, SignInClaim, SignOut, check_password, sign_in, sign_out
from server.web.access import PUBLIC, declared_router
from server.web.desk.forms import Typed
from server.web.desk.page import go, page, refusal
from server.web.house import House, house_of
from server.web.interrupted import CHARACTERS_MAX, Interrupted
from server.web.language import NAMES
from server.web.sessions import give_cookie, take_cookie
from server.web.troubles import status_of_rule
from server.web.visit import LANGUAGE_COOKIE, Arriving, Visit

router = declared_router(include_in_schema=False)

YEAR_S = 365 * 24 * 3600
FIELD_OF_RULE = {
    "wrong_code": "code",
    "password_length": "password",
    "password_common": "password",
    "password_personal": "password",
    "pin_form": "pin",
    "pin_common": "pin",
}


class SignInForm(Typed):
    """What is typed to sign in."""

    phone: str = Field("", max_length=32)
    password: str = Field("", max_length=128)
    next: str = Field("/", max_length=512)
    resume: str = Field("", max_length=512)
    fields: str = Field("", max_length=CHARACTERS_MAX)


class RedeemForm(Typed):
    """What is typed to redeem a code."""

    code: str = Field("", max_length=32)
    password: str = Field("", max_length=128)
    pin: str = Field("", max_length=16)


class LanguageForm(Typed):
    """Which language is wanted, and where to go on."""

    language: str = Field("", max_length=8)
    next: str = Field("/", max_length=512)


@router.get("/sign-in", dependencies=PUBLIC)
async def show_sign_in(visit: Arriving, next: str = "/") -> Response:  # noqa: A002 - the address says `next`
    """The sign-in page; whoever is signed in already goes on."""
    return go(within(next)) if visit.standing else _sign_in_page(visit, SignInForm(next=within(next)), None)


@router.post("/sign-in", dependencies=PUBLIC)
async def sign_in_here(visit: Arriving, form: Annotated[SignInForm, Form()]) -> Response:
    """Check the password, off the loop, and open a session under a new token."""
    opened = await open_session(visit, form.phone, form.password)
    if isinstance(opened, Refused):
        return _sign_in_page(visit, form, opened)
    response = _offer_again(visit, form) if form.resume else go(within(form.next))
    give_cookie(response, opened.token, tls=visit.house.settings.tls)
    return response


@router.post("/sign-out", dependencies=PUBLIC)
async def sign_out_here(visit: Arriving, form: Annotated[Typed, Form()]) -> Response:  # noqa: ARG001 - nothing unknown
    """End the session on the server, and in the browser."""
    if visit.token:
        await visit.house.writer.run(sign_out, SignOut(visit.token))
    response = go("/sign-in", "signed_out")
    take_cookie(response, tls=visit.house.settings.tls)
    return response


@router.get("/redeem", dependencies=PUBLIC)
async def show_redeem(visit: Arriving) -> Response:
    """The page for a one-time code."""
    return _redeem_page(visit, RedeemForm(), None)


@router.post("/redeem", dependencies=PUBLIC)
async def redeem_here(visit: Arriving, form: Annotated[RedeemForm, Form()]) -> Response:
    """Set password and PIN, and sign in with them."""
    redeemed = await redeem(visit, form)
    if isinstance(redeemed, Refused):
        return _redeem_page(visit, form, redeemed)
    with visit.house.database.reading() as reader:
        person = FactRows(reader).get(Person, redeemed.person)
    opened = await open_session(visit, person.phone if person else "", form.password)
    if isinstance(opened, Refused):
        return go("/sign-in")
    response = go("/", "welcome")
    give_cookie(response, opened.token, tls=visit.house.settings.tls)
    return response


@router.post("/language", dependencies=PUBLIC)
async def choose_language(
    house: Annotated[House, Depends(house_of)], form: Annotated[LanguageForm, Form()]
) -> Response:
    """Show the pages in another language from now on, in this browser."""
    response = go(within(form.next))
    if form.language in NAMES:
        secure = house.settings.tls
        response.set_cookie(
            LANGUAGE_COOKIE, form.language, max_age=YEAR_S, httponly=True, secure=secure, samesite="strict"
        )
    return response


async def open_session(visit: Visit, phone: str, password: str) -> SignedIn | Refused:
    """Check a phone number and password and open a session, or say why not."""
    claim = SignInClaim(phone=phone.strip(), password=password, source=visit.source)
    checked = await off_loop(check_password, visit.house.database, claim, visit.now)
    return checked if isinstance(checked, Refused) else await visit.house.writer.run(sign_in, checked)


async def redeem(visit: Visit, form: RedeemForm) -> Redeemed | Refused:
    """Turn a one-time code into a password and a PIN, or say why not."""
    asked = RedeemCode(code=form.code, source=visit.source, password=form.password, pin=form.pin)
    prepared = await off_loop(prepare_redemption, asked, secrets.token_bytes)
    return prepared if isinstance(prepared, Refused) else await visit.house.writer.run(redeem_code, prepared)


def within(path: str) -> str:
    """The path if it leads somewhere on this service, otherwise the home page."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return parts._replace(fragment="").geturl() if is_ours and not parts.netloc else "/"


def sign_in_and_send(visit: Visit, sent: Interrupted) -> Response:
    """The sign-in page for a form that came too late; it carries the form."""
    return _sign_in_page(visit, SignInForm(resume=sent.path, fields=sent.fields), None)


def _offer_again(visit: Visit, form: SignInForm) -> Response:
    """The form that came too late, to be sent once more by whoever signed in."""
    sent = Interrupted(within(form.resume), form.fields)
    return page(visit, "resume.html", {"action": sent.path, "fields": sent.pairs()})


def _sign_in_page(visit: Visit, form: SignInForm, refused: Refused | None) -> Response:
    context = {
        "phone": form.phone,
        "next": within(form.next),
        "resume": within(form.resume) if form.resume else "",
        "fields": form.fields,
        "errors": _errors(visit, refused),
    }
    status = HTTPStatus.OK if refused is None else status_of_rule(refused.rule)
    return page(visit, "sign_in.html", context, HTTPStatus.UNAUTHORIZED if form.resume else status)


def _redeem_page(visit: Visit, form: RedeemForm, refused: Refused | None) -> Response:
    context = {"code": form.code, "errors": _errors(visit, refused)}
    return page(visit, "redeem.html", context, HTTPStatus.OK if refused is None else status_of_rule(refused.rule))


def _errors(visit: Visit, refused: Refused | None) -> dict[str, str]:
    return {} if refused is None else refusal(visit, refused, FIELD_OF_RULE.get(refused.rule, "form"))
