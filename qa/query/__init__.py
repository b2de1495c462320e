"""The question once understood: its type, its sub-questions, and what it means after the turns before it."""
