"""Watching feeds: find what changed in a directory, read it safely, hand it over in batches."""
