"""/schedule, as those who manage a server use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.sandbox import NotPossibleError, Permission
from tests.chat.support import seen
from tests.support.bot import HOUR, digest

if TYPE_CHECKING:
    from bot.sandbox import Channel, Guild, Person, Reply, Sandbox
    from tests.chat.conftest import AtWork


def said(reply: Reply) -> str:
    """What a reply says, without the marks of code."""
    return seen(reply).replace("`", "")


async def test_a_schedule_posts_what_its_maker_asked_for(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Made with a name only it is a digest at nine every day, here; then it posts."""
    async with at_work() as bot:
        made = await anna.slash(news, "schedule add", name="morning")
        await bot.write("a.md", "A lamp that reads", published_at=bot.clock.now() + 20 * HOUR)
        await bot.advance(21 * HOUR)
    assert "✅ Made." in said(made)
    assert "A digest in #news: every day at 09:00 (UTC)" in said(made)
    assert "Next: 5 March 2026 09:00" in said(made)
    assert "/schedule preview" in said(made)
    assert made.message.seen_by is anna.user
    assert "A lamp that reads" in seen(news.messages[-1])


async def test_every_option_is_told_back(
    guild: Guild, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """What was understood stands in the answer."""
    readers = guild.add_role("Readers", mentionable=True)
    other = guild.add_text_channel("other")
    async with at_work():
        made = await anna.slash(
            news,
            "schedule add",
            name="weekly look",
            channel=other,
            days="weekdays",
            time="18:30",
            timezone="Europe/Berlin",
            topics="Lip Reading,  Computer  Vision",
            sort="newest",
            lookback="3d",
            layout="cards",
            role=readers,
            **cast("dict[str, Any]", {"max-stories": 5, "min-heat": 20, "when-empty": "note"}),
        )
    text = said(made)
    for part in (
        "A digest in #other: Monday to Friday at 18:30 (Europe/Berlin)",
        "Lip Reading, Computer Vision",
        "up to 5, newest first",
        "at least 20",
        "cards",
        "3d",
        "@Readers",
        "posts a note",
    ):
        assert part in text
    assert made.message.embeds[0]["color"] == 0x654321


async def test_a_choice_is_offered_by_the_word_that_it_stands_for(
    sandbox: Sandbox, at_work: AtWork
) -> None:
    """The words of the documents and of the configuration, which scripts send as well."""
    async with at_work():
        told = sandbox.backend.commands.listing(None)
    [schedule] = [command for command in told if command.name == "schedule"]
    offered = {
        (form["name"], option["name"]): option["choices"]
        for form in schedule.options
        for option in form.get("options", ())
        if option.get("choices")
    }
    for form in ("add", "edit"):
        for option, words in (
            ("mode", ["digest", "alerts"]),
            ("days", ["every day", "weekdays", "weekly"]),
            ("sort", ["heat", "quality", "coverage", "newest"]),
            ("layout", ["list", "cards"]),
            ("when-empty", ["skip", "note"]),
        ):
            choices = offered.pop((form, option))
            assert [choice["name"] for choice in choices] == words
            assert [choice["value"] for choice in choices] == words
    assert not offered


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"cron": "0 9 * *"}, "Cron text has five fields"),
        ({"cron": "0 25 * * *"}, '"25" cannot be the hour in cron text'),
        ({"cron": "0 0 30 2 *"}, "never fires, because no month has such a day"),
        ({"cron": "0 9 * * *", "time": "10:00"}, "Give either cron, or time and days, not both."),
        ({"time": "noon"}, '"noon" is not a time of day; write it as 09:00 or 21:30.'),
        ({"timezone": "Berlin"}, "did you mean Europe/Berlin?"),
        ({"timezone": "Mars/Olympus"}, 'There is no time zone "Mars/Olympus"'),
        ({"lookback": "soon"}, '"soon" is no length of time'),
        ({"quiet": "22:00-07:00"}, "Digests have no use for quiet: leave that out, or choose"),
        ({"mode": "alerts", "time": "09:00"}, "Alerts have no use for time: leave that out"),
        ({"mode": "alerts", "days": "weekdays"}, "Alerts have no use for days: leave that out"),
        ({"mode": "alerts", "quiet": "22:00"}, "Quiet hours need two times with a hyphen between"),
        ({"name": "   "}, "Give the schedule a name, such as “morning”."),
    ],
)
async def test_a_mistake_is_answered_by_one_sentence_and_nothing_is_made(
    news: Channel,
    anna: Person,
    at_work: AtWork,
    options: dict[str, str],
    sentence: str,
) -> None:
    """The sentence says what to write instead."""
    async with at_work():
        reply = await anna.slash(news, "schedule add", **({"name": "morning"} | options))
        listed = await anna.slash(news, "schedule list")
    assert "⚠️" in said(reply)
    assert sentence in said(reply)
    assert not reply.message.embeds
    assert "Nothing is posted here yet: begin with /schedule add name:morning." in said(listed)


async def test_alerts_are_made_with_their_own_options(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """They have no preview and no digest to run."""
    async with at_work():
        made = await anna.slash(
            news,
            "schedule add",
            name="at once",
            mode="alerts",
            quiet="22:00-07:00",
            timezone="Asia/Tokyo",
            **{"max-per-day": 3},
        )
        preview = await anna.slash(news, "schedule preview", name="at once")
        run = await anna.slash(news, "schedule run-now", name="at once")
    assert "Alerts in #news: each story as it arrives" in said(made)
    assert "at most 3" in said(made)
    assert "22:00 to 07:00 (Asia/Tokyo)" in said(made)
    assert "/schedule preview" not in said(made)
    assert "there is nothing to preview" in said(preview)
    assert "there is no digest to post" in said(run)


async def test_an_edit_leaves_what_it_does_not_name(
    guild: Guild, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """A new time keeps the days, new days keep the time, and all else stays."""
    readers = guild.add_role("Readers", mentionable=True)
    other = guild.add_text_channel("other")
    async with at_work():
        await anna.slash(
            news,
            "schedule add",
            name="morning",
            days="weekdays",
            topics="Lip Reading",
            timezone="Europe/Berlin",
            lookback="3d",
            role=readers,
        )
        moved = await anna.slash(news, "schedule edit", name="Morning", time="18:30", channel=other)
        weekly = await anna.slash(news, "schedule edit", name="morning", days="weekly")
        cleared = await anna.slash(
            news,
            "schedule edit",
            name="morning",
            topics="all",
            lookback="auto",
            role=guild.everyone,
        )
    assert "✅ Changed." in said(moved)
    assert "A digest in #other: Monday to Friday at 18:30 (Europe/Berlin)" in said(moved)
    assert "A digest in #other: every Monday at 18:30 (Europe/Berlin)" in said(weekly)
    assert "Lip Reading" in said(weekly)
    assert "@Readers" in said(weekly)
    assert "all" in said(cleared)
    for gone in ("Lip Reading", "Looks back", "Mentions"):
        assert gone not in said(cleared)


async def test_an_edit_that_names_nothing_is_told_that(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """A channel alone is something to change, and so is a number that is 0."""
    async with at_work():
        await anna.slash(news, "schedule add", name="morning")
        nothing = await anna.slash(news, "schedule edit", name="morning")
        a_zero = await anna.slash(news, "schedule edit", name="morning", **{"min-heat": 0})
        a_place = await anna.slash(news, "schedule edit", name="morning", channel=news)
    assert "⚠️ There is nothing to change: add an option, such as time:18:30." in said(nothing)
    assert "✅ Changed." in said(a_zero)
    assert "✅ Changed." in said(a_place)


async def test_alerts_become_a_digest_and_back(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """What only one of them uses is kept, and not told, while it is the other."""
    async with at_work():
        await anna.slash(news, "schedule add", name="x", mode="alerts", quiet="22:00-07:00")
        a_digest = await anna.slash(news, "schedule edit", name="x", mode="digest")
        alerts = await anna.slash(news, "schedule edit", name="x", mode="alerts")
        loud = await anna.slash(news, "schedule edit", name="x", quiet="off")
    assert "A digest in #news: every day at 09:00" in said(a_digest)
    assert "Quiet" not in said(a_digest)
    assert "22:00 to 07:00" in said(alerts)
    assert "Quiet" not in said(loud)


async def test_a_digest_that_was_alerts_for_a_while_has_its_time_again(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Also over a restart, and a zone that is changed meanwhile tells whose clock it is."""
    async with at_work():
        await anna.slash(news, "schedule add", name="x", time="07:30", days="weekdays")
        alerts = await anna.slash(news, "schedule edit", name="x", mode="alerts")
        refused = await anna.slash(news, "schedule run-now", name="x")
    async with at_work() as bot:
        await anna.slash(news, "schedule edit", name="x", timezone="Europe/Berlin")
        await bot.advance(30 * HOUR)
        assert not bot.logged("run.empty")
        a_digest = await anna.slash(news, "schedule edit", name="x", mode="digest")
    assert "Alerts in #news: each story as it arrives" in said(alerts)
    assert "Next:" not in said(alerts)
    assert "there is no digest to post" in said(refused)
    assert "A digest in #news: Monday to Friday at 07:30 (Europe/Berlin)" in said(a_digest)
    assert "Next: 6 March 2026" in said(a_digest)


async def test_days_alone_do_not_fit_cron_text(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Nobody could tell which of its times would be meant."""
    async with at_work():
        await anna.slash(news, "schedule add", name="often", cron="*/20 8-18 * * *")
        refused = await anna.slash(news, "schedule edit", name="often", days="weekdays")
        both = await anna.slash(news, "schedule edit", name="often", days="weekdays", time="10:00")
    assert "give both days and time" in said(refused)
    assert "Monday to Friday at 10:00" in said(both)


async def test_schedules_are_listed_paused_resumed_and_removed(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Each step is told, and a step that changes nothing is told as that."""
    async with at_work() as bot:
        await anna.slash(news, "schedule add", name="morning")
        not_paused = await anna.slash(news, "schedule resume", name="morning")
        paused = await anna.slash(news, "schedule pause", name="MORNING")
        again = await anna.slash(news, "schedule pause", name="morning")
        run = await anna.slash(news, "schedule run-now", name="morning")
        listed = said(await anna.slash(news, "schedule list"))
        await bot.write("a.md", "A lamp that reads", published_at=bot.clock.now() + 20 * HOUR)
        await bot.advance(24 * HOUR)
        assert all(message.seen_by for message in news.messages)
        resumed = await anna.slash(news, "schedule resume", name="morning")
        removed = await anna.slash(news, "schedule remove", name="morning")
        gone = await anna.slash(news, "schedule pause", name="morning")
    assert "“morning” is not paused." in said(not_paused)
    assert "“morning” is paused: /schedule resume undoes it." in said(paused)
    assert "“morning” is paused already" in said(again)
    assert "It is paused: use /schedule resume first." in said(run)
    assert "⏸️ Paused by Anna." in listed
    assert "▶️ Resumed." in said(resumed)
    assert "“morning” is removed; what it posted stays." in said(removed)
    assert "There is no schedule named “morning” here: make one with /schedule add." in said(gone)


async def test_names_are_suggested_and_unknown_ones_answered_with_those_that_exist(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Wherever a schedule has to be named."""
    async with at_work():
        for name in ("morning", "evening", "weekly"):
            await anna.slash(news, "schedule add", name=name)
        for command in ("edit", "pause", "resume", "remove", "preview", "run-now"):
            found = await anna.autocomplete(news, f"schedule {command}", "name", "NING")
            assert [choice.value for choice in found] == ["evening", "morning"]
        reply = await anna.slash(news, "schedule pause", name="nightly")
        twice = await anna.slash(news, "schedule add", name="Weekly")
    assert "no schedule named “nightly” here: there is “evening”, “morning”, “weekly”." in said(
        reply
    )
    assert "already a schedule named “weekly”: choose another name." in said(twice)


async def test_a_name_that_is_not_among_fifty_is_answered_all_the_same(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """All of them would not fit into a message, and Discord takes nothing of one too long."""
    async with at_work():
        for number in range(50):
            name = f"{number:02}{'*' * 38}"
            await anna.slash(news, "schedule add", name=name)
        name = f"03{'*' * 28} @everyone"
        reply = await anna.slash(news, "schedule pause", name=name)
    assert f"There is no schedule named “{name}” here: the most like it are " in said(reply)
    assert f"“03{'*' * 38}”" in said(reply)
    assert "; /schedule list shows all." in said(reply)


async def test_a_name_that_no_schedule_can_have_is_not_sent_at_all(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Discord's own client says so while one types."""
    async with at_work():
        for command in ("edit", "pause", "resume", "remove", "preview", "run-now"):
            with pytest.raises(NotPossibleError):
                await anna.slash(news, f"schedule {command}", name="x" * 81)


async def test_stars_in_what_was_typed_are_told_back_as_stars(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Cron text is full of them, and Discord would take them for emphasis."""
    async with at_work():
        cron = await anna.slash(news, "schedule add", name="x", cron="*/x */2 * * *")
        topic = await anna.slash(news, "top-by-heat", topic="*AI* _ethics_")
        story = await anna.slash(news, "story", story="*a* ||lamp||")
    assert r"\*/x" in cron.message.content
    assert r"“\*AI\* \_ethics\_”" in topic.message.content
    assert r"“\*a\* \|\|lamp\|\|”" in story.message.content


async def test_topics_and_zones_are_suggested_while_one_types(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Of several topics the last is completed."""
    async with at_work():
        topics = await anna.autocomplete(
            news, "schedule add", "topics", "AI Ethics, seeing", name="x"
        )
        zones = await anna.autocomplete(news, "schedule add", "timezone", "new york", name="x")
        anything = await anna.autocomplete(news, "schedule add", "timezone", "", name="x")
    assert [choice.value for choice in topics] == [
        "AI Ethics, Computer Vision",
        "AI Ethics, Lip Reading",
    ]
    assert zones[0].value == "America/New_York"
    assert len(anything) == 25


async def test_a_topic_that_nothing_is_about_is_taken_with_a_warning(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """It may come; more often it is misspelt."""
    async with at_work():
        made = await anna.slash(
            news,
            "schedule add",
            name="x",
            topics="AI, Gardning, Computer Visoin, Robotics, ai",
        )
    assert "No story is about “Computer Visoin” yet: did you mean “Computer Vision”?" in said(made)
    assert "No story is about “Robotics” yet: did you mean “AI in Robotics”?" in said(made)
    [topics] = [one["value"] for one in made.message.embeds[0]["fields"] if one["name"] == "Topics"]
    assert topics == "AI, Gardning, Computer Visoin, Robotics"
    assert "No story is about “Gardning” yet: see /topics for those that are." in said(made)


async def test_a_role_that_cannot_be_mentioned_is_refused(
    guild: Guild, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """The sentence names the switch in Discord."""
    staff = guild.add_role("Staff")
    async with at_work():
        reply = await anna.slash(news, "schedule add", name="x", role=staff)
    assert "The bot cannot mention “Staff”: switch on “Allow anyone to @mention" in said(reply)


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (Permission.SEND_MESSAGES, "Send Messages"),
        (Permission.EMBED_LINKS, "Embed Links"),
        (
            Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY,
            "Embed Links, Read Message History",
        ),
        (
            Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY,
            "Send Messages, Read Message History",
        ),
        (Permission.VIEW_CHANNEL, "View Channel"),
    ],
)
async def test_a_channel_that_is_closed_to_the_bot_is_told_at_once(
    *,
    guild: Guild,
    news: Channel,
    anna: Person,
    at_work: AtWork,
    denied: Permission,
    named: str,
) -> None:
    """On adding and in /status, with what was taken away as Discord calls it, and nothing else."""
    closed = guild.add_text_channel("closed")
    closed.deny(guild.bot_role, denied)
    async with at_work():
        made = await anna.slash(news, "schedule add", name="x", channel=closed)
        status = await anna.slash(news, "status")
    assert f"In #closed the bot still needs: {named}." in said(made)
    assert f"In #closed the bot needs: {named}." in said(status)


async def test_a_preview_of_a_paused_digest_looks_at_its_next_moment(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """The moment that was planned before the pause has passed."""
    async with at_work() as bot:
        await anna.slash(news, "schedule add", name="x")
        await anna.slash(news, "schedule pause", name="x")
        await bot.advance(10 * 24 * HOUR)
        await bot.write("a.md", "A lamp that reads")
        preview = await anna.slash(news, "schedule preview", name="x")
    assert "A lamp that reads" in seen(preview)


async def test_a_preview_shows_the_digest_to_its_reader_only(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Nothing is posted, and what it shows is still new when its moment comes."""
    async with at_work() as bot:
        options: dict[str, Any] = {
            "name": "x",
            "time": "18:00",
            "layout": "cards",
            "max-stories": 50,
        }
        await anna.slash(news, "schedule add", **options)
        silent = await anna.slash(news, "schedule preview", name="x")
        await bot.write_files(
            {f"{n}.md": bot.article(f"The {n}th of eleven lamps") for n in range(11)}
        )
        preview = await anna.slash(news, "schedule preview", name="x")
        await preview.followed_up()
        assert all(message.seen_by for message in news.messages)
        await bot.advance(6 * HOUR)
    assert "it would stay silent" in said(silent)
    previewed = [preview.message, *preview.followups]
    posted = [message for message in news.messages if message.seen_by is None]
    assert [len(message.embeds) for message in previewed] == [10, 1]
    assert [message.embeds for message in posted] == [message.embeds for message in previewed]


async def test_run_now_posts_once_what_is_new(news: Channel, anna: Person, at_work: AtWork) -> None:
    """A second time there is nothing new."""
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        await anna.slash(news, "schedule add", name="x")
        first = await anna.slash(news, "schedule run-now", name="x")
        await bot.settled()
        bot.clock.advance(HOUR)
        second = await anna.slash(news, "schedule run-now", name="x")
        await bot.settled()
    assert "📬 1 message on the way to #news." in said(first)
    assert "There is nothing new that this channel has not been shown." in said(second)
    assert len([message for message in news.messages if message.seen_by is None]) == 1


async def test_run_now_says_what_keeps_it_from_arriving(
    guild: Guild, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Nobody looks into /status for what is on the way."""
    closed = guild.add_text_channel("closed")
    closed.deny(guild.bot_role, Permission.SEND_MESSAGES)
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        await anna.slash(news, "schedule add", name="x", channel=closed)
        run = await anna.slash(news, "schedule run-now", name="x")
    assert "📬 1 message on the way to #closed." in said(run)
    assert "⚠️ In #closed the bot still needs: Send Messages." in said(run)


async def test_what_the_configuration_sets_can_be_seen_but_not_changed(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """It may be paused."""
    async with at_work(digest(news)):
        listed = await anna.slash(news, "schedule list")
        edited = await anna.slash(news, "schedule edit", name="evening", time="10:00")
        removed = await anna.slash(news, "schedule remove", name="evening")
        paused = await anna.slash(news, "schedule pause", name="evening")
    assert "set in the bot's configuration file" in said(listed)
    for refused in (edited, removed):
        assert "“evening” is set in the bot's configuration file: ask the bot's" in said(refused)
    assert "“evening” is paused" in said(paused)


async def test_a_schedule_stays_in_its_server(
    sandbox: Sandbox, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Another server's managers neither see nor name it."""
    elsewhere = sandbox.world.add_guild("Elsewhere")
    lobby = elsewhere.add_text_channel("lobby")
    eve = sandbox.add_person("Eve", elsewhere, permissions=Permission.MANAGE_GUILD)
    async with at_work():
        await anna.slash(news, "schedule add", name="morning")
        listed = await eve.slash(lobby, "schedule list")
        removed = await eve.slash(lobby, "schedule remove", name="morning")
    assert "Nothing is posted here yet" in said(listed)
    assert "There is no schedule named “morning” here" in said(removed)


async def test_a_member_cannot_use_it(news: Channel, ben: Person, at_work: AtWork) -> None:
    """Discord does not even offer it to them."""
    async with at_work():
        with pytest.raises(NotPossibleError, match="not offered"):
            await ben.slash(news, "schedule list")


async def test_digests_are_posted_in_threads_too(
    guild: Guild, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """A thread needs a permission of its own, instead of that for its channel."""
    thread = news.start_thread("talk", anna.user)
    news.deny(guild.everyone, Permission.SEND_MESSAGES)
    other = guild.add_text_channel("other")
    closed = other.start_thread("closed", anna.user)
    other.deny(guild.everyone, Permission.SEND_MESSAGES_IN_THREADS)
    async with at_work():
        made = await anna.slash(thread, "schedule add", name="x")
        refused = await anna.slash(news, "schedule add", name="y", channel=closed)
    assert "A digest in #talk: every day" in said(made)
    assert "still needs" not in said(made)
    assert "the bot still needs: Send Messages in Threads." in said(refused)
