"""Screens on which what is out changes hands, without a door."""

from device_agent.custodian.state import Transferred, Transferring
from device_agent.kiosk.screen import Screen, Seen, items_summary, whos


def transferring(seen: Seen, stage: Transferring) -> Screen:
    """Both confirm."""
    holding = seen.custody.memory.holdings[stage.permit]
    giver, taker = whos(seen.custody, stage.present[:2])
    facts = {
        "what": items_summary(holding.slip, holding.out),
        "cooperative": holding.slip.cooperative_short_name,
        "giver": giver,
        "taker": taker,
        "people": [giver, taker],
        "confirmed": stage.confirmed,
    }
    voice = "东西当面交到手里，两位各按自己的名字。"
    return Screen("transfer", 4, f"移交给{taker.name}", voice, facts, may_go_back=True, may_end=True, has_drawing=False)


def transferred(seen: Seen, stage: Transferred) -> Screen:
    """It is finished; quietly, for three seconds."""
    holding = seen.custody.memory.holdings.get(stage.permit)
    (taker,) = whos(seen.custody, stage.present[1:2])
    facts = {
        "what": items_summary(holding.slip, holding.out) if holding else "",
        "cooperative": holding.slip.cooperative_short_name if holding else "",
        "has_more": False,
    }
    return Screen("done", 4, "已经移交", f"从现在起由{taker.name}保管，按时归还。", facts, may_end=True)
