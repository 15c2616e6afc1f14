"""A form's receipt is of what is published by now, and of the checkout it tells of."""

import pytest

from server.store.lists import entries
from server.store.receipts import newest_receipt
from tests.server.web.township import HEAD, INSPECTOR, KEYS, Township


def newest_about(township: Township, checkout: str) -> int:
    with township.database.reading() as reader:
        return entries.story(reader, checkout)[-1].position


@pytest.mark.parametrize("is_full", [False, True], ids=["plain", "full"])
def test_a_receipt_is_of_the_checkouts_newest_entry_and_else_of_the_logs(township: Township, is_full: bool) -> None:
    checkout = township.filed()
    township.token(INSPECTOR)
    township.publish()
    with township.database.reading() as reader:
        size = entries.log_size(reader)
        about = newest_receipt(township.log, reader, checkout, is_full=is_full)
        newest = newest_receipt(township.log, reader, is_full=is_full)
    assert about is not None
    assert newest is not None
    assert (about.index, about.size) == (newest_about(township, checkout), size)
    assert (newest.index, newest.size) == (size - 1, size)
    for each in (about, newest):
        assert each.is_signed_by(KEYS.log.verifier)
        assert each.is_proven(None if is_full else township.log.inclusion(each.index, size))


def test_a_receipt_never_speaks_of_what_is_not_published_yet(township: Township) -> None:
    checkout = township.filed()
    with township.database.reading() as reader:
        assert newest_receipt(township.log, reader) is None
    township.publish()
    published = newest_about(township, checkout)
    township.decided(checkout, HEAD)
    assert newest_about(township, checkout) > published
    with township.database.reading() as reader:
        receipt = newest_receipt(township.log, reader, checkout)
    assert receipt is not None
    assert receipt.index == published
