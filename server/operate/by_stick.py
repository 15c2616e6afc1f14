"""A witness without a network: the request goes to it on a stick, its cosignature comes back on it.

By then the log has usually grown. So a cosigned head is kept with its signatures beside the log, in
`DATA/log/witnessed`, one for each witness, until that witness has signed a newer one; an export takes them along.
"""

from contextlib import suppress
from pathlib import Path

from firmware_protocol.add_checkpoint import encode_request, parse_request
from firmware_protocol.cosignatures import with_signatures
from firmware_protocol.log_policy import Witness
from firmware_protocol.notes import MalformedNote, Signature, UnverifiedNote
from server.operate.copy_log import WITNESSED
from server.store.durable_files import write_durably
from server.store.folder import DataFolder
from server.store.log_files import LogFiles, Published
from server.store.log_publisher import LogPublisher
from server.store.receipts import UNREADABLE
from server.township import opened
from server.witnesses import cosignatures_in, policy_in, request_for

ANSWER = ".cosignature"
"""What a witness adds to a request's name for the file with its answer."""


class NothingPublished(Exception):
    """The published log has not as many entries as the witness is said to know."""


class NotTaken(Exception):
    """No line of this is a cosignature, by a witness of the policy, of a head that this log had."""


def request_bytes(data: Path, known_size: int) -> bytes:
    """What to carry to a witness that knows the log up to `known_size`; raises `NothingPublished`."""
    folder = DataFolder(data)
    keys = folder.keys()
    files = LogFiles(folder.log, keys.log.verifier, keys.former_logs)
    published = files.published()
    if published is None or not 0 <= known_size <= published.size:
        raise NothingPublished
    return encode_request(request_for(files, published, known_size))


def take_cosignature(data: Path, answer: Path) -> tuple[str, int]:
    """Keep what a witness signed, and serve it where its head is still the newest; its name, and that head's size.

    The request that the file answers lies beside it, as it went out; without it only the newest head can be meant.
    Raises `NotTaken` and `OSError`.
    """
    lines = answer.read_bytes().decode(errors="replace")
    policy = policy_in(data)
    with opened(data, is_guest=True) as township:
        publisher = township.publisher
        for head in (*_newest(publisher.files), *_asked(publisher.files, answer)):
            for witness in policy.witnesses.values():
                for line in cosignatures_in(lines, witness, head):
                    _keep(publisher, witness, head, line)
                    return witness.name, head.size
    raise NotTaken


def _newest(files: LogFiles) -> tuple[Published, ...]:
    published = files.published()
    return () if published is None else (published,)


def _asked(files: LogFiles, answer: Path) -> tuple[Published, ...]:
    """The head in the request that this file answers, where this log once let it out and can still show it."""
    try:
        note = parse_request(answer.with_name(answer.name.removesuffix(ANSWER)).read_bytes()).note
        head = files.ring().read_head(note)
        return (Published(note, head),) if files.root(head.size) == head.root else ()
    except UNREADABLE:
        return ()


def _keep(publisher: LogPublisher, witness: Witness, head: Published, cosignature: Signature) -> None:
    """Durable when it returns; a head that this witness signed later is not replaced by an older one."""
    publisher.witness(head.size, cosignature)
    file = publisher.files.folder / WITNESSED / witness.cosigner.key_id.hex()
    with suppress(FileNotFoundError, MalformedNote, UnverifiedNote):
        if publisher.files.ring().read_head(file.read_bytes()).size > head.size:
            return
    write_durably(file, with_signatures(head.note, [cosignature]))
