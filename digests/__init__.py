"""What is news, and what a digest says: values in, values out; no clock and no I/O."""
