"""What people in Discord see of a feed whose files come, change and go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.sandbox.messages import Pings
from bot.sandbox.permissions import Permission
from digests.quiet import QuietHours
from digests.subscription import Layout
from tests.flows.reading import KITE, LAMP, LAMP_URL, MOSS, ranking, text, titles
from tests.support.bot import HOUR, MINUTE, NOON, alerts, bot_at_work, digest


async def test_a_new_file_is_ranked_and_alerted(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP, heat=40)
        await bot.write("b.md", KITE, heat=90)
        await bot.settled()
        assert titles(news) == [LAMP, KITE]
        assert await ranking(bot) == [KITE, LAMP]


async def test_a_first_start_on_a_full_directory_posts_nothing_old_but_answers_and_digests_it(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path) as before:
        texts = {"a.md": before.article(LAMP), "b.md": before.article(KITE, heat=60)}
        texts["old.md"] = before.article(MOSS, published_at=before.clock.now() - 72 * HOUR)
    full = tmp_path / "full"
    for name, written in texts.items():
        path = full / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written)
    async with bot_at_work(sandbox, full, alerts(news), digest(other)) as bot:
        assert await ranking(bot) == [KITE, LAMP]
        await bot.write("a.md", LAMP, heat=70)
        await bot.settled()
        assert news.messages == []
        await bot.advance(6 * HOUR)
        [posted] = other.messages
        assert LAMP in text(posted)
        assert KITE in text(posted)
        assert MOSS not in text(posted)
        assert news.messages == []


@pytest.mark.parametrize(
    "change",
    [{"heat": 80}, {"quality": 99}, {"heat": 1, "quality": 1}, {"topic": "AI Ethics"}],
    ids=["hotter", "better", "colder", "other topics"],
)
async def test_a_rewrite_of_what_readers_do_not_see_makes_no_request_but_changes_the_ranking(
    sandbox: Sandbox, news: Channel, tmp_path: Path, change: dict[str, Any]
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write_files({"a.md": bot.article(LAMP), "b.md": bot.article(KITE, heat=60)})
        await bot.advance(HOUR)
        bot.forget_requests()
        await bot.write("a.md", LAMP, published_at=bot.clock.now() - 2 * HOUR, **change)
        await bot.advance(HOUR)
        assert bot.requests() == []
        hotter = change.get("heat") == 80
        assert await ranking(bot) == ([LAMP, KITE] if hotter else [KITE, LAMP])


async def test_a_file_that_only_gets_another_secured_blob_is_no_news(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        before = bot.article(LAMP)
        await bot.write_files({"a.md": before})
        await bot.settled()
        bot.forget_requests()
        secret = next(line for line in before.splitlines() if line.startswith("secured"))
        await bot.write_files({"a.md": before.replace(secret, 'secured: "b3RoZXI=;eA=="')})
        await bot.advance(HOUR)
        assert bot.requests() == []


async def test_a_corrected_title_is_corrected_in_the_post_at_most_once_in_ten_minutes(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now() - HOUR
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        await bot.write("a.md", f"{LAMP}, at last", url=LAMP_URL, published_at=at)
        await bot.settled()
        assert titles(news) == [f"{LAMP}, at last"], "the first correction does not wait"
        for number in range(3):
            await bot.write("a.md", f"{LAMP}s, {number} of them", url=LAMP_URL, published_at=at)
            await bot.write("a.md", f"{LAMP}, take {number}", url=LAMP_URL, published_at=at)
        await bot.advance(9 * MINUTE)
        assert len(bot.requests("PATCH")) == 1
        await bot.advance(MINUTE)
        assert titles(news) == [f"{LAMP}, take 2"]
        assert len(bot.requests("PATCH")) == 2


async def test_a_post_that_is_a_day_old_is_not_corrected_any_more(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.advance(25 * HOUR)
        bot.forget_requests()
        await bot.write("a.md", f"{LAMP}, corrected", url=LAMP_URL, published_at=at)
        await bot.advance(HOUR)
        assert bot.requests() == []
        assert await ranking(bot) == [f"{LAMP}, corrected"]


async def test_a_story_that_expires_leaves_the_ranking_and_its_post_as_it_is(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        bot.forget_requests()
        await bot.write("a.md", LAMP, published_at=at, published=False, heat=-1)
        await bot.advance(HOUR)
        assert bot.requests() == []
        assert await ranking(bot) == []


@pytest.mark.parametrize("title", [LAMP, f"{LAMP}, or so we thought"])
async def test_a_story_that_is_withdrawn_is_struck_through_for_good(
    sandbox: Sandbox, news: Channel, tmp_path: Path, title: str
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        await bot.write("a.md", title, url=LAMP_URL, published_at=at, published=False, heat=50)
        await bot.advance(HOUR)
        assert titles(news) == [f"~~{title}~~"]
        bot.forget_requests()
        await bot.write("a.md", title, url=LAMP_URL, published_at=at, published=False, heat=-1)
        await bot.advance(HOUR)
        await bot.remove("a.md")
        await bot.advance(HOUR)
        assert bot.requests() == []


async def test_a_story_that_is_withdrawn_and_goes_cold_at_once_is_still_struck_through(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        await bot.write("a.md", LAMP, published_at=at, published=False, heat=50)
        await bot.write("a.md", LAMP, published_at=at, published=False, heat=-1)
        await bot.remove("a.md")
        await bot.advance(HOUR)
        assert titles(news) == [f"~~{LAMP}~~"]


async def test_a_withdrawal_that_is_taken_back_is_shown(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        await bot.write("a.md", LAMP, published_at=at, published=False)
        await bot.advance(HOUR)
        await bot.write("a.md", LAMP, published_at=at)
        await bot.advance(HOUR)
        assert titles(news) == [LAMP]
        assert len(bot.requests("POST")) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"published": False}, {"published": True}),
        ({"heat": 20}, {"heat": 80}),
        ({"topic": "AI Ethics"}, {"topic": "AI in Robotics"}),
    ],
    ids=["unpublished", "not hot enough", "another topic"],
)
async def test_a_story_is_alerted_once_when_it_becomes_what_was_asked_for(
    sandbox: Sandbox,
    news: Channel,
    tmp_path: Path,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    asked = alerts(news, min_heat=50, topics=("AI in Robotics",))
    story: dict[str, Any] = {"heat": 60, "topic": "AI in Robotics"}
    async with bot_at_work(sandbox, tmp_path, asked) as bot:
        at = bot.clock.now() - HOUR
        await bot.write("a.md", LAMP, published_at=at, **(story | before))
        await bot.settled()
        assert news.messages == []
        await bot.advance(3 * HOUR)
        await bot.write("a.md", LAMP, published_at=at, **(story | after))
        await bot.write("a.md", LAMP, published_at=at, **(story | before))
        await bot.write("a.md", LAMP, published_at=at, **(story | after))
        await bot.advance(10 * MINUTE)
        assert titles(news) == [LAMP]


async def test_an_alert_with_a_lookback_leaves_old_stories_out(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news, lookback=24 * HOUR)) as bot:
        await bot.write("old.md", KITE, published_at=bot.clock.now() - 25 * HOUR)
        await bot.write("new.md", LAMP, published_at=bot.clock.now() - 23 * HOUR)
        await bot.settled()
        assert titles(news) == [LAMP]


async def test_two_files_of_one_event_give_one_post_which_tells_of_both_outlets(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP, outlet="Example Post", domain="post.example")
        await bot.settled()
        await bot.write("b.md", LAMP, outlet="Example Times", domain="times.example", heat=90)
        await bot.settled()
        assert titles(news) == [LAMP]
        await bot.advance(10 * MINUTE)
        [post] = news.messages
        assert "Example Post" in text(post)
        assert "Example Times" in text(post)
        assert await ranking(bot) == [LAMP]


def naming(written: str, url: str) -> str:
    """The article with another outlet's piece among its coverage."""
    piece = (
        f'related:\n  - title: "Elsewhere"\n    webUrl: "{url}"\n    type: article\n'
        '    provider:\n      name: "Third"\n      domain: third.example\n    quality: 3\n'
    )
    return written.replace("secured:", f"{piece}secured:")


@pytest.mark.parametrize("first", ["a.md", "b.md"])
async def test_files_join_whichever_of_two_comes_first_and_names_the_other(
    sandbox: Sandbox, news: Channel, tmp_path: Path, first: str
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        texts = {
            "a.md": naming(
                bot.article(LAMP), "https://www.times.example/reading-light?utm_source=x"
            ),
            "b.md": bot.article("Reading light speaks", url="https://times.example/reading-light"),
        }
        await bot.write_files({first: texts.pop(first)})
        await bot.settled()
        await bot.write_files(texts)
        await bot.advance(HOUR)
        assert len(news.messages) == 1
        assert len(await ranking(bot)) == 1


async def test_two_stories_that_turn_out_to_be_one_stay_in_the_ranking_as_one(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    """Both posts that are out stay; from then on the event is one story."""
    async with bot_at_work(sandbox, tmp_path, alerts(news), digest(other)) as bot:
        at = bot.clock.now() - HOUR
        await bot.write("a.md", LAMP, published_at=at, heat=60)
        await bot.write("b.md", KITE, published_at=at, url="https://times.example/kites")
        await bot.settled()
        assert titles(news) == [LAMP, KITE]
        changed = naming(
            bot.article(KITE, published_at=at, url="https://times.example/kites"), LAMP_URL
        )
        await bot.write_files({"b.md": changed})
        await bot.advance(HOUR)
        assert await ranking(bot) == [LAMP]
        assert len(news.messages) == 2
        await bot.advance(5 * HOUR)
        [posted] = other.messages
        assert LAMP in text(posted)
        assert KITE not in text(posted)


@pytest.mark.parametrize("hotter", ["a.md", "b.md"])
async def test_a_story_comes_apart_when_a_file_gets_another_title_and_nothing_is_posted_again(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path, hotter: str
) -> None:
    """The post goes on showing the file that it showed, as does that of a story of one file."""
    async with bot_at_work(sandbox, tmp_path, alerts(news), digest(other)) as bot:
        at = bot.clock.now() - HOUR
        a: dict[str, Any] = {"heat": 50 + 10 * (hotter == "a.md"), "published_at": at}
        b: dict[str, Any] = {"heat": 55, "published_at": at, "url": "https://times.example/b"}
        await bot.write_files({"a.md": bot.article(LAMP, **a), "b.md": bot.article(LAMP, **b)})
        await bot.advance(6 * HOUR)
        assert await ranking(bot) == titles(news) == [LAMP]
        await bot.write("b.md", KITE, **b)
        await bot.advance(6 * HOUR)
        leads = [LAMP, KITE] if hotter == "a.md" else [KITE, LAMP]
        assert await ranking(bot) == leads
        assert titles(news) == [leads[0]]
        await bot.advance(24 * HOUR)
        assert len(other.messages) == 1


async def test_a_story_that_came_apart_is_news_where_the_joint_one_was_not_shown(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    asked = (alerts(news, max_per_day=1), digest(other))
    async with bot_at_work(sandbox, tmp_path, *asked) as bot:
        at = bot.clock.now() - HOUR
        b: dict[str, Any] = {"published_at": at, "url": "https://times.example/b"}
        await bot.write("a.md", LAMP, heat=60, published_at=at)
        await bot.write("b.md", LAMP, **b)
        await bot.write("b.md", KITE, **b)
        await bot.advance(6 * HOUR)
        assert titles(news) == [LAMP]
        [posted] = other.messages
        assert LAMP in text(posted)
        assert KITE in text(posted)


async def test_a_story_that_comes_apart_while_its_post_waits_is_two_posts(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    night = QuietHours.parse("11:00-14:00")
    async with bot_at_work(sandbox, tmp_path, alerts(news, quiet=night)) as bot:
        at = bot.clock.now() - HOUR
        b: dict[str, Any] = {"published_at": at, "url": "https://times.example/b"}
        await bot.write("a.md", LAMP, heat=60, published_at=at)
        await bot.write("b.md", LAMP, **b)
        await bot.write("b.md", KITE, **b)
        await bot.advance(3 * HOUR)
        assert titles(news) == [LAMP, KITE]


async def test_what_came_apart_may_be_one_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now() - HOUR
        b: dict[str, Any] = {"published_at": at, "url": "https://times.example/b"}
        await bot.write("a.md", LAMP, heat=60, published_at=at)
        for title in (LAMP, KITE, LAMP):
            await bot.write("b.md", title, **b)
        await bot.advance(HOUR)
        assert await ranking(bot) == titles(news) == [LAMP]


async def test_what_only_a_removed_file_held_together_comes_apart(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now() - HOUR
        both = naming(bot.article(LAMP, published_at=at, heat=90), "https://times.example/b")
        kite: dict[str, Any] = {"published_at": at, "url": "https://times.example/b"}
        await bot.write_files({"both.md": both})
        await bot.write("a.md", LAMP, published_at=at, heat=60, url="https://times.example/a")
        await bot.write("b.md", KITE, **kite)
        await bot.settled()
        assert await ranking(bot) == titles(news) == [LAMP]
        await bot.remove("both.md")
        await bot.advance(HOUR)
        assert await ranking(bot) == [LAMP, KITE]
        assert titles(news) == [LAMP]


async def test_of_two_waiting_posts_about_what_turns_out_to_be_one_event_one_is_sent(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    night = QuietHours.parse("11:00-14:00")
    async with bot_at_work(sandbox, tmp_path, alerts(news, quiet=night)) as bot:
        at = bot.clock.now() - HOUR
        await bot.write("a.md", LAMP, published_at=at, heat=60)
        await bot.write("b.md", KITE, published_at=at, url="https://times.example/kites")
        joined = naming(
            bot.article(KITE, published_at=at, url="https://times.example/kites"), LAMP_URL
        )
        await bot.write_files({"b.md": joined})
        await bot.advance(3 * HOUR)
        assert titles(news) == [LAMP]


async def test_a_file_whose_title_and_page_change_is_a_new_story_under_an_old_name(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.write("a.md", KITE)
        await bot.advance(HOUR)
        assert titles(news) == [LAMP, KITE]
        assert await ranking(bot) == [KITE]


async def test_a_digest_after_an_alert_in_the_same_channel_does_not_repeat_it(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    asked = (alerts(news, min_heat=80), digest(news), digest(other, name="elsewhere"))
    async with bot_at_work(sandbox, tmp_path, *asked) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, heat=90, published_at=at)
        await bot.write("b.md", KITE, heat=30, published_at=at)
        await bot.advance(6 * HOUR)
        alert, posted = news.messages
        assert titles(news)[0] == LAMP
        assert LAMP not in text(posted)
        assert KITE in text(posted)
        assert LAMP in text(other.messages[0])
        await bot.write("b.md", KITE, heat=95, published_at=at)
        await bot.settled()
        assert news.messages == [alert, posted]


async def test_a_removed_file_leaves_the_ranking_and_a_restored_one_is_not_posted_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        bot.forget_requests()
        await bot.remove("a.md")
        await bot.advance(HOUR)
        assert await ranking(bot) == []
        await bot.write("a.md", LAMP, published_at=at)
        await bot.advance(HOUR)
        assert await ranking(bot) == [LAMP]
        assert bot.requests() == []


async def test_a_renamed_file_makes_no_request(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP)
        await bot.settled()
        bot.forget_requests()
        await bot.rename("a.md", "2026-03-04-lamp.md")
        await bot.advance(HOUR)
        assert bot.requests() == []
        assert await ranking(bot) == [LAMP]


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "with a while between"])
async def test_a_renamed_file_without_a_page_and_with_a_title_that_says_little_is_not_news(
    sandbox: Sandbox, news: Channel, tmp_path: Path, *, at_once: bool
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        written = without_a_page(bot.article("AI news"))
        await bot.write_files({"a.md": written})
        await bot.settled()
        assert titles(news) == ["AI news"]
        bot.forget_requests()
        if at_once:
            await bot.rename("a.md", "b.md")
        else:
            await bot.remove("a.md")
            await bot.write_files({"b.md": written})
        await bot.advance(HOUR)
        assert bot.requests() == []
        assert await ranking(bot) == ["AI news"]


def without_a_page(written: str) -> str:
    """The article without any URL of its own."""
    lines = written.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("webUrl", "originalUrl")))


async def test_a_rewrite_that_cannot_be_read_keeps_the_last_good_version_and_is_told(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        good = bot.article(LAMP)
        await bot.write_files({"a.md": good})
        await bot.settled()
        bot.forget_requests()
        await bot.write_files({"a.md": good.replace("heat: 50", "heat: [")})
        await bot.advance(HOUR)
        assert await ranking(bot) == [LAMP]
        assert news.guild is not None
        report = await bot.app.status.report(news.guild.id)
        assert [rejected.path for rejected in report.rejected] == ["a.md"]
        assert bot.requests() == []
        await bot.write_files({"a.md": good})
        assert (await bot.app.status.report(news.guild.id)).rejected == ()


async def test_what_is_over_the_limit_of_a_day_rolls_into_the_next_digest(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news, max_per_day=1), digest(news)) as bot:
        await bot.write("a.md", LAMP)
        await bot.write("b.md", KITE)
        await bot.settled()
        assert titles(news) == [LAMP]
        await bot.advance(6 * HOUR)
        _, posted = news.messages
        assert KITE in text(posted)
        assert LAMP not in text(posted)
        await bot.advance(6 * HOUR)
        await bot.write("c.md", MOSS)
        await bot.settled()
        assert titles(news)[-1] == MOSS


async def test_the_limit_of_a_day_is_that_of_the_subscriptions_own_time_zone(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """In Auckland it is ten minutes to midnight."""
    asked = alerts(news, max_per_day=1, timezone="Pacific/Auckland")
    clock = MovableClock(NOON - 70 * MINUTE)
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        await bot.write("a.md", LAMP)
        await bot.write("b.md", KITE)
        await bot.advance(15 * MINUTE)
        await bot.write("c.md", MOSS)
        await bot.settled()
        assert titles(news) == [LAMP, MOSS]


async def test_in_quiet_hours_an_alert_waits_and_keeps_nothing_else_waiting(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    night = QuietHours.parse("12:00-20:00")
    asked = (alerts(news, quiet=night, topics=("AI Ethics",)), digest(news, topics=("AI Finance",)))
    async with bot_at_work(sandbox, tmp_path, *asked) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, topic="AI Ethics", published_at=at)
        await bot.write("b.md", KITE, topic="AI Finance", published_at=at)
        await bot.advance(6 * HOUR)
        [posted] = news.messages
        assert KITE in text(posted)
        await bot.advance(2 * HOUR - MINUTE)
        assert len(news.messages) == 1
        await bot.advance(MINUTE)
        assert titles(news)[-1] == LAMP


async def test_a_story_that_flickers_while_its_alert_waits_is_still_alerted(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """Unpublished when its time comes, it is not posted; published again, it is."""
    night = QuietHours.parse("12:00-13:00")
    async with bot_at_work(sandbox, tmp_path, alerts(news, quiet=night)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.write("a.md", LAMP, published_at=at, published=False, heat=-1)
        await bot.advance(2 * HOUR)
        assert news.messages == []
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        assert titles(news) == [LAMP]


async def test_the_role_is_pinged_and_nobody_that_an_article_or_a_schedule_names(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    readers = news.guild.add_role("Readers", mentionable=True)
    others = news.guild.add_role("Others", mentionable=True)
    news.allow(news.guild.bot_role, Permission.MENTION_EVERYONE)
    asked = (
        alerts(news, role=readers.id),
        digest(other, name=f"@everyone <@&{others.id}>", role=readers.id, layout=Layout.CARDS),
    )
    other.allow(news.guild.bot_role, Permission.MENTION_EVERYONE)
    async with bot_at_work(sandbox, tmp_path, *asked) as bot:
        hostile = f"@everyone and @here and <@&{others.id}> and <@{sandbox.world.owner.id}> meet"
        await bot.write("a.md", hostile, excerpt=hostile, outlet=hostile)
        await bot.advance(6 * HOUR)
        for [post] in (news.messages, other.messages):
            assert post.body.pings == Pings(role_ids=(readers.id,))


async def test_what_came_while_the_bot_was_down_is_alerted_at_its_start(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        written = bot.article(LAMP)
    (tmp_path / "articles" / "a.md").write_text(written)
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        assert titles(news) == [LAMP]
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        assert bot.requests() == []
