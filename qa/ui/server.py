"""The page behind its guard, as `qa app` serves it."""

import streamlit as st

from qa.ui.request_guard import PAGE, request_guard
from qa.ui.visitor import page_secrets

__all__ = ["app"]

app = st.App(PAGE, secrets=page_secrets(), middleware=request_guard())
