"""Every page, in one list."""

from server.web.desk import (
    absence,
    attachments,
    cabinets,
    checkouts,
    cooperatives,
    deciding,
    disclosures,
    emergencies,
    findings,
    freezing,
    handovers,
    holidays,
    home,
    items,
    logbook,
    me,
    out,
    papers,
    people,
    policy,
    requesting,
    searching,
    signing_in,
    statistics,
)

DESK_ROUTERS = tuple(
    module.router
    for module in (
        *(signing_in, home, requesting, deciding, checkouts, attachments, papers, disclosures),
        *(logbook, cabinets, cooperatives, items, handovers, freezing, people, me),
        *(policy, absence, holidays),
        *(out, findings, emergencies, statistics, searching),
    )
)
