"""What messages look like: pure functions from a story, digest, answer or subscription to embeds.

All text of articles passes `digests.markdown`, so that none can ping, break out of its link or
change the layout. Every function returns embeds that fit one message (`bot.chat.limits`).
"""

from bot.chat.embeds.answer import coverage_embed, page_embed, topics_embed
from bot.chat.embeds.digest import digest_content, digest_embeds, post_content, post_embeds
from bot.chat.embeds.pagination import paginate
from bot.chat.embeds.story import story_card, story_lines
from bot.chat.embeds.style import PLAIN, joined, relative_time

__all__ = [
    "PLAIN",
    "coverage_embed",
    "digest_content",
    "digest_embeds",
    "joined",
    "page_embed",
    "paginate",
    "post_content",
    "post_embeds",
    "relative_time",
    "story_card",
    "story_lines",
    "topics_embed",
]
