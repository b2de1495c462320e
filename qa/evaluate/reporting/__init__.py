"""A run for readers: summary, tables, charts, and the report."""
