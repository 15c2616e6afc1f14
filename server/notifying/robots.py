"""One message into a group chat, through the webhook of a WeCom or DingTalk robot.

Both answer HTTP 200 to everything and say in `errcode` whether they took it. DingTalk may ask for a signature:
HMAC-SHA256 over the milliseconds and the secret, both in the address. Webhooks are secrets: no address appears in an
outcome or a log.
"""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import httpx

from firmware_protocol.times import time_ms
from server.custody.notices.deliveries import SENT, Channel, Outcome, Trouble
from server.custody.notices.messengers import Robot
from server.notifying.letters import Letter
from server.outside import ask

TIMEOUT_S = 10.0
ANSWER_BYTES_MAX = 16 * 1024
MARKDOWN_BYTES_MAX = 4096
"""What WeCom takes as the content of one message; DingTalk takes more."""
TROUBLE_OF_CODE: Mapping[int, Trouble] = {
    45009: Trouble.LIMITED,  # WeCom: interface frequency limit
    130101: Trouble.LIMITED,  # DingTalk: send too fast
    93000: Trouble.SIGN_IN,  # WeCom: invalid webhook key
    310000: Trouble.SIGN_IN,  # DingTalk: keyword, signature or address does not fit
}


class RobotPost:
    """Sends through one HTTP client, which follows no redirects. Close it when done."""

    def __init__(self) -> None:
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)  # below that they write whole addresses
        self._client = httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def send(self, robot: Robot, letter: Letter, now: datetime) -> Outcome:
        """Say this in the robot's group."""
        try:
            said = self._client.build_request("POST", address_of(robot, now), json=message_of(robot.channel, letter))
            answer = await ask(self._client, said, TIMEOUT_S, ANSWER_BYTES_MAX)
        except httpx.TransportError as error:
            return Outcome(Trouble.UNREACHABLE, type(error).__name__)
        except httpx.InvalidURL:
            return Outcome(Trouble.NOT_SET_UP, "InvalidURL")
        return outcome_of(answer.status_code, answer.content)


def address_of(robot: Robot, now: datetime) -> str:
    """The webhook; signed for this moment where the robot has a secret."""
    if robot.channel is not Channel.DINGTALK or not robot.secret:
        return robot.url
    said = str(time_ms(now))
    digest = hmac.new(robot.secret.encode(), f"{said}\n{robot.secret}".encode(), hashlib.sha256).digest()
    joint = "&" if "?" in robot.url else "?"
    return f"{robot.url}{joint}timestamp={said}&sign={quote_plus(base64.b64encode(digest))}"


def message_of(channel: Channel, letter: Letter) -> dict[str, Any]:
    """The body either service takes."""
    text = _cut(letter.markdown)
    if channel is Channel.DINGTALK:
        return {"msgtype": "markdown", "markdown": {"title": letter.subject, "text": text}}
    return {"msgtype": "markdown", "markdown": {"content": text}}


def outcome_of(status: int, content: bytes) -> Outcome:
    """What the answer means; anything but `errcode` 0 inside HTTP 200 is a failure."""
    if status != httpx.codes.OK:
        limited = status == httpx.codes.TOO_MANY_REQUESTS
        return Outcome(Trouble.LIMITED if limited else Trouble.REFUSED, f"HTTP {status}")
    code = _code_in(content)
    if code == 0:
        return SENT
    if code is None:
        return Outcome(Trouble.REFUSED, "no errcode")
    return Outcome(TROUBLE_OF_CODE.get(code, Trouble.REFUSED), f"errcode {code}")


def _code_in(content: bytes) -> int | None:
    try:
        code = json.loads(content)["errcode"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _cut(text: str) -> str:
    """No longer than may be sent, and whole characters."""
    return text.encode()[:MARKDOWN_BYTES_MAX].decode(errors="ignore")
