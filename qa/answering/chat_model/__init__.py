"""The engine of a chat model: it words the answer, what it cites is resolved and checked."""
