"""How long a certificate is still good for, in a sentence."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from firmware_protocol.times import CHINA

RENEWED_BEFORE = timedelta(days=60)
"""So long before its end a certificate is made anew when somebody asks for it."""
TOLD_BEFORE = timedelta(days=30)


def is_to_renew(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether its end is near, or behind."""
    return certificate.not_valid_after_utc - now < RENEWED_BEFORE


def warning(certificate: x509.Certificate, now: datetime, renewed_by: str = "make-ca") -> str | None:
    """What is wrong with its time, and which command mends it; None while there is enough of it."""
    ends = certificate.not_valid_after_utc
    day = ends.astimezone(CHINA).date()
    if ends <= now:
        return f"服务器证书 {day} 已经到期，别人连不上来。请马上执行 {renewed_by} 换一张，不用重启。"
    if ends - now < TOLD_BEFORE:
        left = (ends - now).days
        return f"服务器证书 {day} 到期，还有 {left} 天。请执行 {renewed_by} 换一张，不用重启，手机也不用重装。"
    if certificate.not_valid_before_utc > now:
        return "服务器证书还没有生效：这台机器的时间不对。请先校准时间。"
    return None


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 over the certificate as phones show it: `AB CD …`."""
    return certificate.fingerprint(hashes.SHA256()).hex(" ").upper()
