"""What every page over the log's entries is asked in its address, and where its next rows are."""

from urllib.parse import urlencode

from pydantic import Field

from server.store.lists.entries import LogLine
from server.store.lists.pages import Page
from server.web.desk.forms import Typed
from server.web.views.log import iso_day


class EntryQuery(Typed):
    """Which time, and whom it concerns; `after` and `day` say where the page above ended."""

    person: str = Field("", max_length=32)
    period: str = Field("", max_length=8)
    since: str = Field("", max_length=32)
    until: str = Field("", max_length=32)
    after: str = Field("", max_length=48)
    day: str = Field("", max_length=10)
    told: str = Field("", max_length=16)

    def older(self, path: str, found: Page[LogLine]) -> str:
        """The address of the next page of `path`, or ''."""
        if found.next is None:
            return ""
        kept = {name: value for name, value in self.model_dump(exclude={"once", "told"}).items() if value}
        return f"{path}?" + urlencode({**kept, "after": found.next, "day": iso_day(found.rows[-1].at)})
