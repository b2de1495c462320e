"""The page behind its guard, as `qa app` serves it."""

import streamlit as st

from qa.ui.request_guard import PAGE, request_guard

__all__ = ["app"]

app = st.App(PAGE, middleware=request_guard())
