"""What the parts that are drawn in the browser hand back."""

from streamlit.testing.v1 import AppTest


def test_click_that_comes_after_its_part_has_gone_says_so() -> None:
    def draw() -> None:
        from qa.ui.shared.components import _pass_on

        _pass_on("gone", "choice", print)

    page = AppTest.from_function(draw).run()
    assert not page.exception
    assert "click again" in page.toast[0].value
