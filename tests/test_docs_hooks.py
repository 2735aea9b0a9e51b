"""What the docs' site changes in its theme."""

import pytest

from tools import docs_hooks


@pytest.fixture
def theme(tmp_path):
    (tmp_path / "assets" / "stylesheets").mkdir(parents=True)
    (tmp_path / "assets" / "javascripts").mkdir()
    return tmp_path / "assets"


def _build(theme):
    docs_hooks.on_post_build({"site_dir": str(theme.parent)})


def test_navigation_is_open_from_1152_pixels_on(theme):
    style = theme / "stylesheets" / "main.1a2b.min.css"
    script = theme / "javascripts" / "bundle.1a2b.min.js"
    style.write_text("(min-width:76.25em){a}(max-width:76.234375em){b}")
    script.write_text('"(min-width: 76.25em)"')
    _build(theme)
    assert style.read_text() == "(min-width:72em){a}(max-width:71.984375em){b}"
    assert script.read_text() == '"(min-width: 72em)"'


def test_a_theme_with_other_limits_is_refused(theme):
    style = theme / "stylesheets" / "main.1a2b.min.css"
    style.write_text("(min-width:76.25em){a}")
    with pytest.raises(RuntimeError, match="must have limits of 76.234375em"):
        _build(theme)
