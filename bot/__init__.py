"""The program around the digests: it performs what `digests` decides."""
