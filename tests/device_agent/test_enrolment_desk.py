"""Whoever answers a machine that enrols is a stranger until its certificate is known: it gets no time and no room."""

import pytest

from device_agent.enrolment_desk import NotAdmitted, Unreachable, desk_at
from tests.fixtures.hostile_servers import ANSWERS, Answer, hostile, packed

PIN = "b" * 26
NEVER_WHOLE = {name: each for name, each in ANSWERS.items() if each is not packed}


@pytest.mark.parametrize("answer", NEVER_WHOLE.values(), ids=NEVER_WHOLE)
def test_a_certificate_that_never_comes_whole_ends_the_asking(answer: Answer) -> None:
    with hostile(answer) as server, pytest.raises(Unreachable, match="请看看网线和网址"), desk_at(server.url, PIN, 0.3):
        pass


def test_what_comes_packed_is_not_unpacked_and_is_not_the_certificate() -> None:
    with hostile(packed) as server, pytest.raises(NotAdmitted, match="根证书"), desk_at(server.url, PIN, 0.3):
        pass
