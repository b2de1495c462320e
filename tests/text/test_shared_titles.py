"""Titles that several documents share are told apart by where the documents come from."""

import pytest

from qa.text.shared_titles import tell_titles_apart


@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        (["/a/2029/levy.txt", "/a/2030/levy.txt"], ["Levy (2029)", "Levy (2030)"]),
        (["/a/2029/x/levy.txt", "/a/2030/x/levy.txt"], ["Levy (2029)", "Levy (2030)"]),
        (["/a/first.txt", "/a/second.txt"], ["Levy (first.txt)", "Levy (second.txt)"]),
        (["/a/levy.txt", "/a/2030/levy.txt"], ["Levy", "Levy (2030)"]),
        (["/a/b/levy.txt", "/c/levy.txt", "/d/e/levy.txt"], ["Levy (a/b)", "Levy (c)", "Levy (d/e)"]),
        (["https://a.example/levy", "https://b.example/levy"], ["Levy (a.example)", "Levy (b.example)"]),
        (["upload:levy.txt", "/a/levy.txt"], ["Levy (upload:levy.txt)", "Levy (/a/levy.txt)"]),
    ],
)
def test_what_tells_two_apart(sources: list[str], shown: list[str]) -> None:
    assert tell_titles_apart((source, "Levy") for source in sources) == dict(zip(sources, shown, strict=True))


def test_titles_that_stand_alone_stay() -> None:
    assert tell_titles_apart([("/a/x", "Levy"), ("/b/x", "Tariff")]) == {}
    assert tell_titles_apart([("/a/x", "The  Levy"), ("/b/x", "the levy")]) == {
        "/a/x": "The  Levy (a)",
        "/b/x": "the levy (b)",
    }


def test_paragraphs_of_a_public_set_share_their_title_on_purpose() -> None:
    assert tell_titles_apart([("squad:dev/Oxygen/0", "Oxygen"), ("squad:dev/Oxygen/1", "Oxygen")]) == {}
