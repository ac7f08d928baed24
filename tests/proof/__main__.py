"""`make proof`: the real program, in its own process, against a Discord on this machine.

Without a file: a digest that is scheduled every minute is posted on time, and /top-by-heat ranks as
`preview --format json` does. With a file of writes (JSON lines, gzipped: at, path, text): each
published story is posted once, and rewrites of nothing readable cause no request.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import sys
import tempfile
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.demo.samples import write_samples
from bot.sandbox import RateLimitSettings, Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.channels import Channel

CONFIG = """
[discord]
api_url = "{api}"
gateway_url = "{gateway}"
[health]
listen = ""
[logging]
level = "error"
[[feeds]]
name = "news"
directory = "articles"
[[subscriptions]]
name = "proof"
channel = {channel}
{wishes}
"""

REPOSITORY = Path(__file__).parents[2]
PUBLISHED = re.compile(r"^publishedDateTime: (\S+)$", re.MULTILINE)


def say(sentence: str) -> None:
    """Print a result."""
    sys.stdout.write(sentence + "\n")


async def main(history: Path | None) -> int:
    """Run what was asked for; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        if history is not None:
            return await replay(Path(folder), history)
        return await minutely(Path(folder))


async def minutely(folder: Path) -> int:
    """Wait for the next full minute's digest, then ask /top-by-heat and compare with preview."""
    write_samples(folder / "articles", datetime.now(UTC))
    async with bot_in(folder, 'cron = "* * * * *"') as (sandbox, channel):
        message = await channel.wait_for_message(timeout=90)
        seconds = message.created_at.timestamp() % 60
        late = f"{seconds:.1f} s after the full minute"
        say(f"A digest scheduled every minute was posted {late}.")
        anna = sandbox.add_person("Anna", channel.guild) if channel.guild else None
        assert anna is not None
        reply = await anna.slash(channel, "top-by-heat", limit=10)
        await reply.finished()
        asked = links_of(reply.message.embeds)
        asked += links_of((await anna.click(reply.message, "Next ▶")).message.embeds)
        preview = json.loads(await output("preview", "--articles", "articles", cwd=folder))
        shown = [story["url"] for story in preview["stories"]]
        same = asked == shown
        say(f"/top-by-heat answers {len(asked)} stories, ranked as in preview: {same}.")
        return 0 if same and seconds < 5 else 1


async def replay(folder: Path, history: Path) -> int:
    """Write the history as quickly as it is taken, its dates moved so that it ends now."""
    with gzip.open(history, "rt", encoding="utf-8") as lines:
        writes: list[dict[str, Any]] = [json.loads(line) for line in lines]
    shift = datetime.now(UTC) - datetime.fromisoformat(writes[-1]["at"])
    articles = folder / "articles"
    articles.mkdir()
    published: set[str] = set()
    async with bot_in(folder, 'mode = "alerts"') as (sandbox, channel):
        for write in writes:
            text = moved(write["text"], shift)
            part = articles / ".part"
            part.write_text(text, "utf-8")
            part.replace(articles / write["path"])
            await asyncio.sleep(0.02)  # a newsroom at 50 writes a second
            published |= {write["path"]} if "published: true" in text else set()
        await sandbox.wait_until(
            lambda: len(channel.messages) >= len(published), what="every story", timeout=60
        )
    posts = [message.embeds[0]["title"] for message in channel.messages]
    sent = [
        one for one in sandbox.timeline if one.route.startswith("/channels/{channel_id}/messages")
    ]
    edits = [one for one in sent if one.method == "PATCH"]
    say(f"{len(writes):,} writes of {len({write['path'] for write in writes})} files.")
    told = f"{len(posts)} posts, {len(set(posts))} titles"
    say(f"{len(published)} stories were published: {told}.")
    say(f"{len(edits)} edits, and {len(sent) - len(posts) - len(edits)} other requests.")
    return 0 if len(posts) == len(set(posts)) == len(published) and not edits else 1


@asynccontextmanager
async def bot_in(folder: Path, wishes: str) -> AsyncIterator[tuple[Sandbox, Channel]]:
    """Run `digest-bot run` on the articles in a folder, until the block ends."""
    quick = Settings(rate_limits=RateLimitSettings(enabled=False))
    async with Sandbox(quick) as sandbox:
        channel = sandbox.world.add_guild("Reading Room").add_text_channel("news")
        config = CONFIG.format(
            api=sandbox.api_url, gateway=sandbox.gateway_url, channel=channel.id, wishes=wishes
        )
        (folder / "config.toml").write_text(config, "utf-8")
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=folder, env=environment(sandbox.token)
        )
        try:
            await sandbox.bot_connected(timeout=30)
            await sandbox.commands_synced(timeout=30)
            yield sandbox, channel
        finally:
            program.terminate()
            await program.wait()


async def output(*arguments: str, cwd: Path) -> str:
    """What a command prints, as JSON."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments, "--format", "json"),
        cwd=cwd,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await program.communicate()
    return out.decode()


def environment(token: str = "") -> dict[str, str]:
    """This process's environment, with the program to be found and perhaps a token."""
    found = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return found | ({"DISCORD_TOKEN": token} if token else {})


def links_of(embeds: Any) -> list[str]:
    """Where the titles of a ranking lead, in its order."""
    return re.findall(r"^\*\*\d+\.\*\* \[.*\]\((\S+)\)", embeds[0]["description"], re.MULTILINE)


def moved(text: str, shift: timedelta) -> str:
    """The file with its publishing moved by so much."""

    def later(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[1]) + shift
        return f"publishedDateTime: {moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    return PUBLISHED.sub(later, text)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
