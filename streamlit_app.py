"""For `streamlit run streamlit_app.py`, and hosts that look for this name; `qa app` serves the same page."""

import streamlit as st

from qa.ui.request_guard import PAGE, request_guard
from qa.ui.visitor import page_secrets

# Streamlit reads this file for a call that looks like this one before it runs it.
app = st.App(PAGE, secrets=page_secrets(), middleware=request_guard())
