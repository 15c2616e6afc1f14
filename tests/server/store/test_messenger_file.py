"""The file with the ways out: whole, private, and refused when somebody damaged it."""

from pathlib import Path

import pytest

from server.custody.notices.deliveries import Channel
from server.custody.notices.messengers import MailServer, Messengers, Robot, Room, Security
from server.store.messenger_file import MessengerFile

MAIL = MailServer(host="h", port=465, security=Security.STARTTLS, username="u", sender="s@h.cn", password="p")
ROBOT = Robot(id="1", channel=Channel.DINGTALK, name="群", room=Room.INSPECTION, url="https://h.cn/x", secret="SEC")


@pytest.mark.parametrize(
    "messengers",
    [Messengers(), Messengers(mail=MAIL, robots=(ROBOT,), address="https://g.cn")],
    ids=["nothing", "everything"],
)
def test_what_is_saved_is_loaded(tmp_path: Path, messengers: Messengers) -> None:
    file = MessengerFile(tmp_path / "messengers.json")
    assert file.load() == Messengers()
    file.save(messengers)
    file.save(messengers)
    assert file.load() == messengers
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["messengers.json"]


@pytest.mark.parametrize("written", ["", "{", "{}", '{"mail": 1, "robots": [], "address": ""}'])
def test_a_damaged_file_is_refused_without_its_secrets(tmp_path: Path, written: str) -> None:
    file = MessengerFile(tmp_path / "messengers.json")
    file.path.write_text(written)
    with pytest.raises(ValueError, match=r"."):
        file.load()
