"""What the log says of the server's own keys."""

from datetime import timedelta
from itertools import pairwise

from firmware_protocol.notes import Signer
from firmware_protocol.successions import write_succession
from firmware_protocol.times import write_time
from server.store.rotations import newest_keys
from tests.server.town import KEYS, Town


def test_the_newest_key_is_the_last_that_was_named_though_the_clock_was_set_back(town: Town) -> None:
    keys = [KEYS.log, *(Signer(KEYS.log.name, bytes([n]) * 32) for n in (81, 82))]
    for old, new in pairwise(keys):
        about: dict[str, object] = {"role": "log", "replaces": old.verifier.key_id.hex(), "persons": []}
        about |= {"succession": write_succession(old, new).decode(), "until": write_time(town.now)}
        town.do(lambda work, told: work.record("key_rotated", told), about)
        town.now -= timedelta(days=30)
    with town.database.reading() as reader:
        assert newest_keys(reader) == {"log": keys[-1].verifier}
