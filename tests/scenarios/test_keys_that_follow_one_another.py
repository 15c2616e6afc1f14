"""Both keys of the server are given successors while a cabinet is away, and its own; all of them find their way."""

import os
import subprocess
from pathlib import Path

from server.custody.refusals import Refused
from server.custody.roles import Role
from server.operate.rotating import rotate
from server.store.folder import DataFolder
from server.store.work import Work
from server.township import opened
from server.usecases.invite import Invite, invite
from server.usecases.redeem_code import RedeemCode, prepare_redemption, redeem_code
from server.usecases.rotate_key import KeyRotated
from tests.scenarios.accounts import approved
from tests.scenarios.demo import verify
from tests.scenarios.founded import Founded
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

SEAL = "公章"
PHONE, PASSWORD = "13900000077", "correct-horse-battery"


def security_administrator(data: Path) -> tuple[str, str]:
    """Somebody who can confirm what the system administrator does; their number and password."""
    with opened(data) as township:
        township.writer.run_now(_registered, None)
        issued = township.writer.run_now(invite, Invite(phone=PHONE))
        assert not isinstance(issued, Refused)
        prepared = prepare_redemption(RedeemCode(code=issued.code, password=PASSWORD, pin="284913"), os.urandom)
        assert not isinstance(prepared, Refused)
        township.writer.run_now(redeem_code, prepared)
    return PHONE, PASSWORD


def _registered(work: Work, _asked: None) -> None:
    body = {"name": "潘振东", "phone": PHONE, "unit": "镇政府"}
    work.record("person_registered", {"person": "p-security"}, body)
    work.record("role_granted", {"person": "p-security", "role": Role.SECURITY_ADMIN})


def test_a_cabinet_that_was_away_while_both_keys_ended_follows_the_log_to_the_new_ones(
    tmp_path: Path, founded: Founded
) -> None:
    data = founded.copy_to(tmp_path)
    two = [(founded.cast.administrator.phone, founded.cast.administrator.password), security_administrator(data)]
    with Township(tmp_path, data, founded.cast) as township:
        until(lambda: township.agent.health["unsent"] == 0, "the agent's entries at the server")
        township.end()
        before = DataFolder(data).keys()
        for role in ("permit", "log"):
            assert isinstance(rotate(data, role, two, 0), KeyRotated)
        after = DataFolder(data).keys()
        assert {before.permit.verifier, before.log.verifier}.isdisjoint({after.permit.verifier, after.log.verifier})
        changed = subprocess.run(township.agent.command("rotate-key"), capture_output=True, text=True, check=True)
        assert "已换上新密钥" in changed.stdout
        township.start()
        approved(township.server.url, founded.cast, SEAL, "签路灯采购合同")
        until(lambda: township.agent.health["permits"] == 1, "a permit of the new key, proven under the other new key")
        until(lambda: township.agent.health["unsent"] == 0, "the agent's entries at the server again")
        until(lambda: "former_key" not in township.agent.bundle, "the end of the agent's old key")
        township.end()
        assert township.agent.events().count("keys_received") == 1
        assert township.stored_notes() == township.agent.notes()
        assert verify(data).returncode == 0
