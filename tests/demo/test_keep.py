"""`demo --keep DIR`: the next demo goes on where the last one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.show import DemoRequest, publish, stage

if TYPE_CHECKING:
    from pathlib import Path

    from bot.demo.show import Stage


def history(scene: Stage) -> list[tuple[int, str, str]]:
    """What stands in both channels."""
    posted = [*scene.news.messages, *scene.alerts.messages]
    return [(message.id, message.author.name, message.content) for message in posted]


async def test_a_restart_changes_nothing_and_posts_nothing_twice(tmp_path: Path) -> None:
    request = DemoRequest(browser=False, keep=tmp_path / "kept")
    async with stage(request) as scene:
        await publish(scene)
        scene.anna.say(scene.news, "I was here")
        articles = scene.controls.article_panel().actions[0]
        assert articles.name == "add"
        ended = scene.clock.now()
        before = history(scene)
    async with stage(request) as scene:
        assert scene.clock.now() >= ended
        assert history(scene) == before
        await scene.app.outbox.idle()
        answer = await scene.anna.slash(scene.news, "top-by-heat")
        await answer.finished()
        assert answer.message.embeds
        assert history(scene) == before
        # It goes on: the next digest comes, and has the next id.
        await scene.controls.move_to_next_digest()
        newest = scene.news.messages[-1]
        digest = await scene.news.wait_for_message(after=newest, timeout=20)
        assert digest.author is scene.sandbox.world.bot
        assert digest.id > max(message_id for message_id, _, _ in before)


async def test_nothing_is_written_where_nobody_asked_for_it(tmp_path: Path) -> None:
    async with stage(DemoRequest(browser=False)) as scene:
        folder = scene.app.config.database.path.parent
        assert not (folder / "discord.json").exists()
    assert not folder.exists()
