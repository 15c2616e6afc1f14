"""The only place that speaks SQL: tables, the writer, loading and saving facts, and lists for pages."""
