"""The pages and the JSON API: what people and programs see of the server. Thin: it asks use cases and lists."""
