"""Telling others what was committed: the one outward effect of use cases. `wiring` fills it in."""

from typing import Protocol

from server.custody.news import LogGrew, News, PermitReady, RevocationsChanged, RosterChanged

__all__ = ["Announcer", "LogGrew", "News", "PermitReady", "RevocationsChanged", "RosterChanged"]


class Announcer(Protocol):
    """Whoever passes news on: to the agents' link, to live pages.

    Called after the commit, at most once per piece of news and maybe never (a crash in between): whatever depends on
    it must also be able to find out by looking. Must not block and must not raise.
    """

    def tell(self, news: News) -> None:
        """Pass one piece of news on."""
        ...
