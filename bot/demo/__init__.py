"""What `digest-bot demo` shows a newcomer: sample articles, dated as of the moment it starts."""
