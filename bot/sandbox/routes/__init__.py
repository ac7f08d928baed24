"""The routes of the API, by resource. Each module lists its own in `ENDPOINTS`."""
