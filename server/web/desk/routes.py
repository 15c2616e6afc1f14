"""Every page, in one list."""

from server.web.desk import (
    absence,
    administration,
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
    history_page,
    holidays,
    home,
    items,
    logbook,
    me,
    messengers,
    notices,
    out,
    overview,
    papers,
    people,
    place_forms,
    places,
    policy,
    registering,
    requesting,
    roster_page,
    searching,
    setting_page,
    signing_in,
    statistics,
)

DESK_ROUTERS = tuple(
    module.router
    for module in (
        *(signing_in, home, requesting, deciding, checkouts, attachments, papers, disclosures),
        *(logbook, cabinets, cooperatives, items, handovers, freezing, registering, people, me),
        *(policy, absence, holidays, administration, setting_page, roster_page, history_page, place_forms, places),
        *(out, findings, emergencies, statistics, searching),
        *(notices, messengers, overview),
    )
)
