"""The files people handed in against the log: each document's file is there, and its bytes have the hash of the log."""

from collections.abc import Iterator

from server.custody.attachments import Attachment
from server.custody.replay import World
from server.operate.wrongs import Wrong
from server.store.uploads import Uploads


def upload_problems(uploads: Uploads, world: World) -> Iterator[Wrong]:
    """What is wrong with the files, in the order of documents; reads every file to its end."""
    sound: dict[str, bool] = {}
    for attachment in world.of_kind(Attachment):
        if attachment.withdrawn_at is not None:
            continue
        if attachment.sha256 not in sound:
            sound[attachment.sha256] = uploads.is_sound(attachment.sha256)
        if not sound[attachment.sha256]:
            where = f"材料 {attachment.id}（{attachment.name}）"
            yield Wrong(where, "文件不见了，或者和上传时不是同一份")
