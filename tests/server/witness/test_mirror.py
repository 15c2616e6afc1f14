"""The copy of the log while it is being made."""

from tests.device_agent.township_log import TownshipLog
from tests.server.witness.conftest import Office, published


class Fetched(bytes):
    """A file as it came, of which is counted how many are held at once."""

    held = 0
    held_max = 0

    def __init__(self, *_: object) -> None:
        Fetched.held += 1
        Fetched.held_max = max(Fetched.held_max, Fetched.held)

    def __del__(self) -> None:
        Fetched.held -= 1


def test_a_log_of_any_length_is_fetched_with_a_few_files_in_memory(office: Office) -> None:
    files = published(TownshipLog().grow(2000))
    office.watch.mirror.follow(lambda path: Fetched(files[path]), None)
    assert len(list((office.folder / "mirror").rglob("0*"))) > 16
    assert Fetched.held_max <= 3
    assert [each.name for each in office.folder.iterdir() if each.is_dir()] == ["mirror"]
