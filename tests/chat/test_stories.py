"""One story, the topics, a digest for oneself, and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import Permission
from tests.chat.support import label_ids, options_of, seen
from tests.support.bot import HOUR, NOON, write_file

if TYPE_CHECKING:
    from bot.sandbox import Channel, Person
    from tests.chat.conftest import AtWork

RELATED = """\
related:
  - title: "The lamp, *explained*"
    webUrl: "https://times.example/lamp"
    publishedDateTime: 2026-03-04T10:00:00Z
    provider: {name: "The Example Times", domain: "times.example"}
  - title: "Lamp: the interview"
    provider: {name: "Radio Example", domain: "radio.example"}
  - title: "Lamp: the podcast"
    provider: {name: "Radio Example", domain: "radio.example"}
  - title: "The lamp, explained again"
    webUrl: "https://times.example/lamp"
    provider: {name: "The Example Times", domain: "times.example"}
---
"""


async def test_a_story_is_shown_with_all_its_coverage(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Every outlet's piece is named and linked, a page that is listed twice once."""
    async with at_work() as bot:
        text = bot.article(
            "A lamp that reads", excerpt="To owls.", picture="https://i.example/a.png"
        )
        await bot.write_files({"a.md": text.removesuffix("---\n") + RELATED})
        [choice] = await ben.autocomplete(news, "story", "story", "lamp th")
        reply = await ben.slash(news, "story", story=choice.value)
    [embed] = reply.message.embeds
    explained = "[The lamp, \\*explained\\*](https://times.example/lamp)"
    written = int((NOON - HOUR).timestamp())
    assert choice.name == embed["title"] == "A lamp that reads"
    assert embed["image"]["url"] == "https://i.example/a.png"
    assert embed["description"].splitlines() == [
        "To owls.",
        "",
        f"🔥 50 · 📰 3 outlets, also The Example Times, Radio Example · <t:{written}:R>",
        "",
        "**Also covered by 3 more pieces:**",
        f"- **The Example Times**: {explained} · <t:{written - HOUR.seconds}:R>",
        "- **Radio Example**: Lamp: the interview",
        "- **Radio Example**: Lamp: the podcast",
    ]


async def test_a_story_may_be_named_by_what_its_title_says(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Nobody has to choose a suggestion; what is private stays so."""
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads", url="https://post.example/lamp")
        reply = await ben.slash(news, "story", story="reads lamp")
    assert "A lamp that reads" in seen(reply)
    assert "[ Read ↗ ]" in seen(reply)
    assert reply.message.seen_by is ben.user


async def test_a_number_is_looked_for_in_titles(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Only a suggestion that was chosen stands for a story's id."""
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        await bot.write("b.md", "Thirteen robots of 1999")
        [choice] = await ben.autocomplete(news, "story", "story", "1999")
        typed = await ben.slash(news, "story", story="1999")
        chosen = await ben.slash(news, "story", story=choice.value)
        none = await ben.slash(news, "story", story="2")
    assert choice.name == "Thirteen robots of 1999"
    assert "Thirteen robots of 1999" in seen(typed)
    assert seen(chosen) == seen(typed)
    assert "No story's title has the words “2”" in seen(none)


async def test_the_topics_of_the_time_are_counted(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Largest first, with their emoji; a story without news says so."""
    async with at_work() as bot:
        empty = await ben.slash(news, "topics", since="2h")
        await bot.write_files(
            {
                f"{name}.md": bot.article(f"{name} speaks", topic=topic)
                for name, topic in {
                    "Lamp": "Lip Reading",
                    "Owl": "Lip Reading",
                    "Harbour": "Machine Learning",
                }.items()
            }
        )
        full = await ben.slash(news, "topics")
    assert "The last 2h had no news. Look further back with since" in seen(empty).replace("`", "")
    description = full.message.embeds[0]["description"]
    assert description.splitlines() == [
        "What the last 36h were about:",
        "",
        "🧠 **AI** · 3 stories",
        "👄 **Lip Reading** · 2 stories",
        "⚙️ **Machine Learning** · 1 story",
    ]


async def test_a_digest_for_oneself_is_complete(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Fifty stories take several messages, all private, each with a menu of its stories."""
    async with at_work() as bot:
        for number in range(50):
            text = bot.article(
                f"Number {number:02}",
                heat=99 - number,
                excerpt="A sentence of some length. " * 12,
                topic=("Lip Reading", "Machine Learning", "AI Ethics")[number % 3],
            )
            write_file(bot.articles / f"{number}.md", text)
        await bot.write("last.md", "Not among the fifty", heat=1)
        reply = await ben.slash(news, "digest", limit=50)
        await reply.followed_up(3)
    messages = [reply.message, *reply.followups]
    told = [option["label"] for message in messages for option in options_of(message)]
    assert sorted(told) == [f"Number {number:02}" for number in range(50)]
    assert all(message.seen_by is ben.user for message in messages)
    assert "Your digest" in seen(messages[0])
    assert f"part 2 of {len(messages)}" in seen(messages[1])


async def test_a_digest_that_is_shared_is_for_everyone(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """One with nothing to tell says how to find more."""
    async with at_work() as bot:
        nothing = await ben.slash(news, "digest")
        await bot.write("a.md", "A lamp that reads", topic="Lip Reading")
        shared = await ben.slash(news, "digest", topic="Seeing Machines", share=True)
    assert "No story fits." in seen(nothing)
    assert shared.message.seen_by is None
    assert [embed["title"] for embed in shared.message.embeds] == ["👄 Lip Reading"]
    assert label_ids(shared) == {"All coverage of a story …": "pick:-"}


async def test_help_lists_what_the_person_may_use(
    news: Channel, ben: Person, anna: Person, at_work: AtWork
) -> None:
    """A member is not told of commands that only managers are offered."""
    async with at_work():
        for_ben, for_anna = await ben.slash(news, "help"), await anna.slash(news, "help")
    for name in ben.commands(news):
        assert f"/{name}" in seen(for_ben)
    assert "/schedule" not in seen(for_ben)
    for name in ("schedule add", "schedule list", "schedule run-now", "status"):
        assert f"/{name}" in seen(for_anna)
    assert for_ben.message.seen_by is ben.user


async def test_members_are_not_offered_what_is_for_managers(
    news: Channel, ben: Person, anna: Person, at_work: AtWork
) -> None:
    """/schedule and /status need the permission Manage Server."""
    assert Permission.MANAGE_GUILD not in news.permissions_of(ben.user)
    async with at_work():
        assert set(anna.commands(news)) - set(ben.commands(news)) == {"schedule", "status"}


async def test_what_is_about_a_server_is_offered_in_servers_only(
    anna: Person, at_work: AtWork
) -> None:
    """Discord is told so in the form that is not deprecated."""
    async with at_work() as bot:
        tree = bot.app.client.tree
        told = {one.name: one.to_dict(tree)["contexts"] for one in tree.get_commands()}
        assert {"schedule", "status"}.isdisjoint(anna.commands(anna.dm))
    assert [name for name, contexts in told.items() if contexts == [0]] == ["schedule", "status"]


async def test_news_commands_work_in_direct_messages(ben: Person, at_work: AtWork) -> None:
    """Without a server there is nothing to manage."""
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        reply = await ben.slash(ben.dm, "top-by-heat")
        helped = await ben.slash(ben.dm, "help")
    assert "A lamp that reads" in seen(reply)
    assert "/schedule" not in seen(helped)
