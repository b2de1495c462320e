"""The chat in the browser; `page.py` is the script that Streamlit runs."""
