"""The pages and the API, on a real store."""
