"""Every page, in one list."""

from server.web.desk import (
    attachments,
    cabinets,
    checkouts,
    cooperatives,
    deciding,
    disclosures,
    freezing,
    handovers,
    home,
    logbook,
    me,
    papers,
    people,
    requesting,
    signing_in,
)

DESK_ROUTERS = tuple(
    module.router
    for module in (
        *(signing_in, home, requesting, deciding, checkouts, attachments, papers, disclosures),
        *(logbook, cabinets, cooperatives, handovers, freezing, people, me),
    )
)
