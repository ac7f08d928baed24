"""Names are the same however people write them."""

from __future__ import annotations

import pytest

from digests.names import name_key


@pytest.mark.parametrize(
    "written",
    ["Straße am Meer", "STRASSE AM MEER", "  straße\tam \n Meer ", "Straße\u00a0am  Meer"],
)
def test_case_and_spaces_do_not_count(written: str) -> None:
    assert name_key(written) == "strasse am meer"


def test_other_words_are_another_name() -> None:
    assert len({name_key(name) for name in ("AI News", "AINews", "AI-News", "")}) == 4
