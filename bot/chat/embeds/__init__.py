"""What messages look like: pure functions from a story, digest, answer or subscription to embeds.

All text of articles passes `digests.markdown`, so that none can ping, break out of its link or
change the layout. Every function returns embeds that fit one message (`bot.chat.limits`).
"""

from bot.chat.embeds.answer import coverage_embed, page_embed, topics_embed
from bot.chat.embeds.digest import digest_content, digest_embeds, post_content, post_embeds
from bot.chat.embeds.pagination import paginate

__all__ = [
    "coverage_embed",
    "digest_content",
    "digest_embeds",
    "page_embed",
    "paginate",
    "post_content",
    "post_embeds",
    "topics_embed",
]
