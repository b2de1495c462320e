"""Documents into the store: sources, reading in a child process, cutting, embedding, and keeping in step."""
