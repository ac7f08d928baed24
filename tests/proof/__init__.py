"""What the README claims of a whole run, shown on the real program: `make proof`."""
