"""Pages of print inside a web page: their running heads."""

from qa.parsers.web.html import read_html
from tests.support.office import lines

DAY = "15 th April, 2024"
PARTS = [
    "The levy on copper rises to nine percent in the spring of the year that comes, and all the parties must",
    "agree to it before the end of June, as the honourable Minister told this House on the day before",
    "when the House last met to hear of it. The rates for tin were left alone, which surprised many of us.",
    "Nobody could say at that time what the levy on wool would bring in, since the books of that year were",
    "lost when the archive of the customs office in Kolsund burnt down. The new books begin in 2030.",
]


def page(number: int, text: str) -> str:
    left = f"<p>{DAY}</p><h4>Statements</h4><p>{number} {text}</p>"
    right = f"<p>{number}</p><h4>Statements</h4><p>{DAY} {text}</p>"
    return f"<div>Page {number - 320}</div>" + (left if number % 2 else right)


def test_running_heads_are_no_part_of_sentences() -> None:
    body = f"<p>{PARTS[0]}</p>" + "".join(page(327 + number, text) for number, text in enumerate(PARTS[1:]))
    text_lines = lines(read_html(f"<body><h3>Levies</h3>{body}</body>".encode()))
    assert text_lines == ["### Levies", " ".join(PARTS[:3]), " ".join(PARTS[3:])]


def test_lines_that_repeat_between_whole_paragraphs_stay() -> None:
    articles = "".join(
        f"<p>Article {number}</p><p>The parties shall lower the levy on copper in {number} stages, each of a"
        " year.</p>"
        for number in range(1, 9)
    )
    text_lines = lines(read_html(f"<body><h3>Levies</h3>{articles}</body>".encode()))
    assert text_lines.count("Article 5") == 1
    assert len(text_lines) == 17


def test_lines_that_repeat_without_counting_pages_stay() -> None:
    meals = "".join(
        f"<h4>Meal {meal}</h4><p>Every 2 hours</p>"
        f"<p>1 scoop of barley meal, 1 cup of milk and 8 ounces of water for port {day}</p>"
        for day in range(4)
        for meal in (1, 2, 3)
    )
    text_lines = lines(read_html(f"<body><h3>Rations</h3>{meals}</body>".encode()))
    assert text_lines.count("Every 2 hours") == 12
    assert text_lines.count("#### Meal 2") == 4
