"""Times of day and time zones, as people write them."""

import pytest

from digests.schedule import Schedule, cron_for
from digests.times import ScheduleError
from tests.digests.clocks import BERLIN


@pytest.mark.parametrize(
    ("zone", "nearest"),
    [
        ("Europe/Berln", BERLIN),
        ("Berlin", BERLIN),
        ("new york", "America/New_York"),
        ("posix/Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_the_nearest_known_one(
    zone: str, nearest: str
) -> None:
    """People write the city alone, with a space or a slip."""
    with pytest.raises(ScheduleError, match=f"did you mean {nearest}"):
        Schedule.parse("0 9 * * *", zone)


@pytest.mark.parametrize(
    ("zone", "spelled"),
    [("europe/berlin", BERLIN), (" EUROPE/BERLIN ", BERLIN), ("utc", "UTC"), ("est", "EST")],
)
def test_the_case_of_a_time_zone_does_not_count(zone: str, spelled: str) -> None:
    """What is told back is its own name."""
    assert Schedule.parse("0 9 * * *", zone).timezone == spelled


@pytest.mark.parametrize(
    "zone",
    [
        "",
        " ",
        "../etc",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "Europe/",
        "Europe/../Europe/Berlin",
        "localtime",
        "Factory",
        "zone.tab",
        "Europe\\Berlin",
        "Europe/Berlin\0",
        "A" * 5000,
        "\ud800",
    ],
)
def test_what_is_no_place_is_refused_as_a_time_zone(zone: str) -> None:
    """A name of a zone is never a path, and never depends on the machine."""
    with pytest.raises(ScheduleError, match=r"time zone"):
        Schedule.parse("0 9 * * *", zone)


@pytest.mark.parametrize("at", ["", "9", "24:00", "09:60", "9am", "09:00:00", "٠٩:٠٠"])
def test_a_time_of_day_is_hours_and_minutes(at: str) -> None:
    """Anything else gets a sentence that shows how to write it."""
    with pytest.raises(ScheduleError, match="is not a time of day; write it as 09:00"):
        cron_for("every day", at)
