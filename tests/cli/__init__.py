"""The command line, as somebody at a terminal uses it: real commands in processes of their own."""
