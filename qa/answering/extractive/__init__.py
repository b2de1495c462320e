"""The default engine: sentences of the documents, each cited."""
