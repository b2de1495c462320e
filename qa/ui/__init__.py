"""The app in the browser: chat, corpus and evaluations; `page.py` is the script that Streamlit runs."""
