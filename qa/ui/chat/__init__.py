"""The page of the conversation."""
