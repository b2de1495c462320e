"""Names that nobody guesses, and that stand wherever they are put."""

from qa.text.identifiers import new_identifier


def test_identifiers_are_plain_and_differ() -> None:
    made = {new_identifier() for _ in range(2_000)}
    assert len(made) == 2_000
    # Streamlit refuses the key of a component with two underscores, which one id in 400 had.
    assert all(len(name) == 12 and name.isascii() and name.isalnum() for name in made)
