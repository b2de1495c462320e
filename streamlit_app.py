"""For `streamlit run streamlit_app.py`, and hosts that look for this name; `qa app` runs the same page."""

from qa.ui.page import main

main()
