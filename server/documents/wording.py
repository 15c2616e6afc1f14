"""Amounts and terms for people to read."""


def in_yuan(cents: int) -> str:
    """Hundredths of 元 as 247,000.00元."""
    return f"{cents // 100:,}.{cents % 100:02}元"


def in_years(months: int) -> str:
    """A term as 3年, 7个月 or 2年6个月."""
    years, rest = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{rest}个月" if rest else "")
