"""MQTT by the byte, for clients that paho would be too polite to be."""


def connect_packet(account: str, password: str, keep_alive_s: int = 30, will: tuple[str, bytes] | None = None) -> bytes:
    """A CONNECT of MQTT 3.1.1 with a clean session; client id and user name are `account`, the will is not retained."""
    will_fields = (will[0].encode(), will[1]) if will else ()
    fields = (account.encode(), *will_fields, account.encode(), password.encode())
    flags = 0xC6 if will else 0xC2
    head = b"\x00\x04MQTT\x04" + bytes([flags]) + keep_alive_s.to_bytes(2, "big")
    body = head + b"".join(len(field).to_bytes(2, "big") + field for field in fields)
    return b"\x10" + remaining_length(len(body)) + body


def publish_packet(topic: str, payload: bytes) -> bytes:
    """A PUBLISH with QoS 0."""
    body = len(topic).to_bytes(2, "big") + topic.encode() + payload
    return b"\x30" + remaining_length(len(body)) + body


def remaining_length(count: int) -> bytes:
    """A length as MQTT writes it: seven bits a byte, the lowest first."""
    length = b""
    while count >= 0x80:
        length += bytes([count % 0x80 | 0x80])
        count //= 0x80
    return length + bytes([count])
