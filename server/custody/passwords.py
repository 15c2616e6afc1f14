"""Which passwords and PINs are good enough. Length matters; the few that everybody tries first are refused."""

from server.custody.refusals import Refused

PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 64
PIN_DIGITS = 6
_TRIED_FIRST = frozenset(
    (
        *("12345678", "123456789", "1234567890", "87654321", "11111111", "00000000", "88888888", "66666666"),
        *("password", "passw0rd", "qwertyui", "qwertyuiop", "1qaz2wsx", "abcd1234", "a1234567", "woaini1314"),
        *("gongguan", "gongguan123"),
    )
)
_UP, _DOWN = "01234567890123456789", "98765432109876543210"


def refuse_password(password: str, phone: str = "", name: str = "") -> Refused | None:
    """Why this password is not taken, or None. `phone` and `name` are its owner's."""
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        return Refused("password_length", f"登录密码要有{PASSWORD_LENGTH_MIN}到{PASSWORD_LENGTH_MAX}个字。请换一个。")
    if password.lower() in _TRIED_FIRST or len(set(password)) < 4:
        return Refused("password_common", "这个密码太常见，别人一猜就中。请换一个，几个不相干的词连起来就很好。")
    if (phone and phone in password) or (name and password == name):
        return Refused("password_personal", "密码里不要用自己的手机号或姓名。请换一个。")
    return None


def refuse_pin(pin: str, phone: str = "") -> Refused | None:
    """Why this PIN is not taken, or None."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return Refused("pin_form", f"开柜密码是{PIN_DIGITS}位数字。请重新输入。")
    if len(set(pin)) < 3 or pin in _UP or pin in _DOWN or (phone and phone.endswith(pin)):
        return Refused("pin_common", "这个开柜密码太好猜。请换一个，不要用连号、同号或手机尾号。")
    return None
