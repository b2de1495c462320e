"""Web pages, books and e-mail: what is written in HTML, or often is."""
