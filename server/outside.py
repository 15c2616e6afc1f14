"""Asking a server that is not ours: its whole answer within one time and one size, as it was sent.

A client's own timeouts begin anew with every byte, and it keeps whatever comes: who sends a byte now and then, or
without end, would hold us up for ever.
"""

import asyncio

import httpx

AS_IT_IS = {"Accept-Encoding": "identity"}
"""Asks for nothing packed: a few bytes would become any number."""


async def ask(client: httpx.AsyncClient, request: httpx.Request, within_s: float, bytes_max: int) -> httpx.Response:
    """Send this; the answer is complete, and not unpacked. Raises `httpx.HTTPError` where none such comes."""
    request.headers.update(AS_IT_IS)
    content = bytearray()
    try:
        async with asyncio.timeout(within_s):
            answer = await client.send(request, stream=True)
            try:
                async for part in answer.aiter_raw():
                    content += part
                    if len(content) > bytes_max:
                        raise httpx.RemoteProtocolError(f"more than {bytes_max} bytes", request=request)
            finally:
                await answer.aclose()
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"not whole within {within_s} s", request=request) from error
    return httpx.Response(answer.status_code, content=bytes(content), request=request)
