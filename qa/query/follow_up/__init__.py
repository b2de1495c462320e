"""Follow-up questions: which they are, and the one clean question that each means."""

from qa.query.follow_up.leaning import is_follow_up
from qa.query.follow_up.rewriting import rewrite_follow_up

__all__ = ["is_follow_up", "rewrite_follow_up"]
