"""The slash commands, a file for each family: options -> query -> flow -> embeds -> reply."""
