"""Trains the evidence reader: `python -m qa.models.reader.training --help`."""
