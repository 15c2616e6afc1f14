"""A group chat's webhook on a real socket: it checks signatures as DingTalk does, and answers as it is told."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

OK = {"errcode": 0, "errmsg": "ok"}


@dataclass
class Chat:
    """What was said in it. `answer` and `status` are what it answers; with a `secret`, unsigned words are refused."""

    port: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)
    answer: object = field(default_factory=lambda: OK)
    status: int = 200
    secret: str = ""

    @property
    def url(self) -> str:
        """Its webhook; the key is the secret part."""
        return f"http://127.0.0.1:{self.port}/robot/send?access_token=very-secret-key"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lengths = [line for line in head.lower().splitlines() if line.startswith("content-length:")]
        body = await reader.readexactly(int(lengths[0].partition(":")[2]))
        answer = json.dumps(self._judge(head.split(" ")[1], json.loads(body))).encode()
        writer.write(f"HTTP/1.1 {self.status} OK\r\nContent-Length: {len(answer)}\r\n".encode())
        writer.write(b"Content-Type: application/json\r\nConnection: close\r\n\r\n" + answer)
        await writer.drain()
        writer.close()

    def _judge(self, target: str, body: dict[str, Any]) -> object:
        if self.secret and not self._is_signed(target):
            return {"errcode": 310000, "errmsg": "sign not match"}
        if self.answer == OK:
            self.said.append(body)
        return self.answer

    def _is_signed(self, target: str) -> bool:
        query = parse_qs(urlsplit(target).query)
        at, sign = query.get("timestamp", [""])[0], query.get("sign", [""])[0]
        expected = hmac.new(self.secret.encode(), f"{at}\n{self.secret}".encode(), hashlib.sha256).digest()
        return hmac.compare_digest(sign, base64.b64encode(expected).decode())


@asynccontextmanager
async def open_chat(chat: Chat) -> AsyncIterator[Chat]:
    """Listen on a free port of this machine until the block ends."""
    server = await asyncio.start_server(chat.serve, "127.0.0.1", 0)
    chat.port = server.sockets[0].getsockname()[1]
    try:
        yield chat
    finally:
        server.close()
