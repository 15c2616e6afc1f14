"""What cannot be made durable is not taken for durable the next time."""

from pathlib import Path

import pytest

from server.store import durable_files
from server.store.durable_files import write_durably


def test_a_folder_whose_name_could_not_be_made_durable_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, synced = tmp_path / "tile" / "0" / "000", list[Path]()
    really = durable_files.sync_folder

    def fails_once(folder: Path) -> None:
        synced.append(folder)
        if len(synced) == 1:
            raise OSError("disk I/O error")
        really(folder)

    monkeypatch.setattr(durable_files, "sync_folder", fails_once)
    with pytest.raises(OSError, match="disk"):
        write_durably(target, b"hashes")
    assert not (tmp_path / "tile").exists()
    write_durably(target, b"hashes")
    assert synced == [tmp_path, tmp_path, tmp_path / "tile", tmp_path / "tile" / "0"]
