"""A machine that enrols at a township's pages: what stands there at each step."""

import re
from pathlib import Path

from device_agent.enrolling import MachineKeys, keys_for
from firmware_protocol.enrolments import Terms
from server.usecases.present_enrolment import PresentEnrolment, present_enrolment
from tests.server.town import granted
from tests.server.web.township import Township

SYSTEM, SECURITY = "叶海燕", "潘振东"
FORM = {"agent": "hall-1", "cabinets": "CAB-01", "broker_port": "8883", "server_url": "https://gongguan.lan"}
_TOKEN = re.compile(r"hall-1\.bundle\.json ([A-Z2-7-]+)")


def token_shown(page: str) -> str:
    """The token as a page shows it."""
    found = _TOKEN.search(page)
    assert found is not None, page
    return found[1]


def presented(township: Township, folder: Path) -> tuple[Terms, MachineKeys]:
    """The system administrator has opened an enrolment, and a machine has come with its token."""
    keys = keys_for(folder / "machine")
    page = township.client(SYSTEM).post("/admin/agents", data=FORM)
    assert page.status_code == 200, page.text
    said = keys.presentation(token_shown(page.text))
    return granted(township.writer.run_now(present_enrolment, PresentEnrolment(said, "10.0.0.7"))), keys
