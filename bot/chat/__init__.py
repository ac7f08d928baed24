"""Everything that is Discord: the client, what messages look like, and the slash commands."""
