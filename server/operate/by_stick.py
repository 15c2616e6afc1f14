"""A witness without a network: the request goes to it on a stick, its cosignature comes back on it."""

from pathlib import Path

from firmware_protocol.add_checkpoint import encode_request
from server.store.folder import DataFolder
from server.store.log_files import LogFiles
from server.township import opened
from server.witnesses import cosignatures_in, policy_in, request_for


class NothingPublished(Exception):
    """The published log has not as many entries as the witness is said to know."""


class NotTaken(Exception):
    """No line of this is a cosignature of the published head by a witness of the policy."""


def request_bytes(data: Path, known_size: int) -> bytes:
    """What to carry to a witness that knows the log up to `known_size`; raises `NothingPublished`."""
    folder = DataFolder(data)
    keys = folder.keys()
    files = LogFiles(folder.log, keys.log.verifier, keys.former_logs)
    published = files.published()
    if published is None or not 0 <= known_size <= published.size:
        raise NothingPublished
    return encode_request(request_for(files, published, known_size))


def take_cosignature(data: Path, lines: str) -> str:
    """Serve what a witness signed beside the published head; its name. Raises `NotTaken`."""
    policy = policy_in(data)
    with opened(data, is_guest=True) as township:
        published = township.publisher.files.published()
        if published is None:
            raise NotTaken
        for witness in policy.witnesses.values():
            for line in cosignatures_in(lines, witness, published):
                township.publisher.witness(published.size, line)
                return witness.name
    raise NotTaken
