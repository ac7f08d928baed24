"""What people type as cron text, and what they read of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.schedule import Schedule
from digests.times import ScheduleError
from tests.digests.clocks import BERLIN, local


@pytest.mark.parametrize(
    ("cron", "complaint"),
    [
        ("", "five fields"),
        ("0 9 * *", "has 4"),
        ("0 0 9 * * *", "no seconds"),
        ("@daily", "five fields"),
        ("60 9 * * *", '"60" cannot be the minute '),
        ("0 24 * * *", '"24" cannot be the hour '),
        ("0 9 0 * *", '"0" cannot be the day of the month '),
        ("0 9 * 13 *", '"13" cannot be the month '),
        ("0 9 * * 8", '"8" cannot be the day of the week '),
        ("0 9 * * FRI-MON", "ranges rise"),
        ("*/0 9 * * *", '"\\*/0" cannot be the minute '),
        ("0 9 30 2 *", "never fires"),
        ("0 9 31 4,6,9,11 *", "never fires"),
        ("0 9 */20 * 1L", "never fires"),
        ("9" * 250 + " 9 * * *", "9…"),
        ("0," * 200 + "0 9 * * *", "300 characters"),
    ],
)
def test_cron_text_that_cannot_be_used_is_refused_in_one_sentence_with_an_example(
    cron: str, complaint: str
) -> None:
    """The sentence names the part that is wrong, and is short enough for a reply."""
    with pytest.raises(ScheduleError, match=complaint) as refusal:
        Schedule.parse(cron, BERLIN)
    sentence = str(refusal.value)
    assert 'for example "0 9 * * 1-5" is Monday to Friday at 09:00.' in sentence
    assert "\n" not in sentence
    assert len(sentence) < 300


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="0123456789*/-,L#W MON\t@²x", max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_a_schedule_that_can_be_told_or_a_sentence(
    cron: str, zone: str
) -> None:
    """No text leads to another error, and none comes back unprintable."""
    for text in (cron, f"{cron[:3].strip() or '*'} 9 * * {cron[3:6].strip() or '*'}"):
        for place in (BERLIN, zone):
            try:
                schedule = Schedule.parse(text, place)
            except ScheduleError as refusal:
                told = str(refusal)
            else:
                told = schedule.describe()
                assert schedule.next_after(local("2024-05-15T09:00")) > local("2024-05-15T09:00")
            assert told.isprintable()


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * *", "every day at 09:00"),
        ("0 9 * * 0-7", "every day at 09:00"),
        ("0 9 1 * 0-7", "every day at 09:00"),
        ("0 9,17 * * *", "every day at 09:00 and 17:00"),
        ("0 */12 * * *", "every day at 00:00 and 12:00"),
        ("0 9 * * 1-5", "Monday to Friday at 09:00"),
        ("0 9 * * 5,6,7", "Friday to Sunday at 09:00"),
        ("0 9 * * 1", "every Monday at 09:00"),
        ("0 9 * * 0,6", "every Saturday and Sunday at 09:00"),
        ("30 7 * * fri,mon,wed", "every Monday, Wednesday and Friday at 07:30"),
        ("0 * * * *", "every hour"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
        ("0 * * * 1-5", "Monday to Friday, every hour"),
        ("5 * * * *", "at minute 5 of every hour"),
        ("0 9 1 * *", "at 09:00 on the first day of every month"),
        ("0 9 21 * *", "at 09:00 on the 21st day of every month"),
        ("0 9 L * *", "at 09:00 on the last day of every month"),
        ("0 9 * * 1#1", "at 09:00 on the first Monday of the month"),
        ("0 9 1-31 6 1", "at 09:00 every day in June"),
        ("30 2 * 3 0", "at 02:30 on Sundays in March"),
        ("0 9 1 * 1", "at 09:00 on the first day of the month and on Mondays"),
        ("0 9 * 3 1,3#2", "at 09:00 on Mondays and the second Wednesday of the month in March"),
        ("0 9 */2 3 1", "at 09:00 on every second day of the month if it's on Monday in March"),
    ],
)
def test_a_schedule_is_told_in_words(cron: str, words: str) -> None:
    """People read what they asked for without knowing cron."""
    assert Schedule.parse(cron, BERLIN).describe() == f"{words} ({BERLIN})"
