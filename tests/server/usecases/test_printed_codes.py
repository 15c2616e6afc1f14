"""Printing a code for somebody, and deciding what was done under it."""

from server.operate.verify import verify_database
from tests.server.town import KEYS, Town, granted, refusal
from tests.server.usecases.test_people import prints_code, redeems


def test_nobody_approves_what_their_own_code_could_have_endorsed(any_town: Town) -> None:
    granted(redeems(any_town, prints_code(any_town, "廖坤东", by="何慧敏").code))
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社")))
    granted(any_town.decides("廖坤东", filed.checkout))
    any_town.passes(minutes=1)
    granted(redeems(any_town, prints_code(any_town, "廖坤东", by="赵文斌").code))
    refused = any_town.decides("何慧敏", filed.checkout)
    assert refusal(refused) == "printed_code"
    assert "廖坤东" in refused.sentence  # type: ignore[union-attr]
    assert any_town.news[-1].types == {"request_refused"}  # type: ignore[union-attr]
    granted(any_town.decides("谢文彬", filed.checkout))
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None
