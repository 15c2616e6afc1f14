"""Every page, in one list."""

from server.web.desk import (
    absence,
    attachments,
    cabinets,
    checkouts,
    cooperatives,
    deciding,
    disclosures,
    freezing,
    handovers,
    holidays,
    home,
    logbook,
    me,
    papers,
    people,
    policy,
    requesting,
    signing_in,
)

DESK_ROUTERS = tuple(
    module.router
    for module in (
        *(signing_in, home, requesting, deciding, checkouts, attachments, papers, disclosures),
        *(logbook, cabinets, cooperatives, handovers, freezing, people, me),
        *(policy, absence, holidays),
    )
)
