"""A finger, a mouse and the keys of a keyboard draw on the page of lines."""

import pytest
from browsers import needs_browser
from drawing_pages import (
    SIDE,
    THICK_PX,
    THIN_PX,
    measure_ink,
    press,
    stroke,
    wait,
)

# Browsers are the same beside any TensorFlow.
pytestmark = [needs_browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "width"), [("Thin pen", THIN_PX), ("Thick pen", THICK_PX)]
)
def test_lines_have_the_width_of_the_pen(open_drawing, name, width):
    page = open_drawing()
    press(page, name)
    stroke(page, (0.1, 0.5), (0.9, 0.5))
    column = (1.0 - page.inputs()[:, SIDE // 2]) / 2.0
    assert abs(column.sum() - width) < 0.15


def test_keyboard_draws_and_reaches_every_control(open_drawing):
    page = open_drawing()
    page.keyboard.press("Delete")
    wait(page)
    assert measure_ink(page).sum() == 0.0
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "pad"
    for key in ["ArrowLeft"] * 4 + [" "] + ["ArrowRight"] * 8 + [" "]:
        page.keyboard.press(key)
    assert page.locator("#cursor").is_visible()
    page.keyboard.press("ArrowDown")
    wait(page)
    ink = measure_ink(page)
    row = ink.sum(1)
    assert abs(row.sum() - THICK_PX * (8 * SIDE / 32 + THICK_PX)) < 3.0
    assert row.argmax() in (SIDE // 2 - 1, SIDE // 2)
    label = page.locator("#pad").get_attribute("aria-label")
    assert label == "Drawing, 1 line"
    seen = []
    for _ in range(13):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "() => document.activeElement.getAttribute('aria-label')"
            )
        )
    assert seen == [
        *("Thin pen", "Thick pen", "Eraser", "Undo", "Redo", "Clear"),
        "Save as PNG",
        *("Heart", "Face", "Cat", "Fish", "House", "Tree"),
    ]
    assert not page.locator("#cursor").is_visible()
    page.get_by_role("button", name="House").press("Enter")
    wait(page)
    assert measure_ink(page).sum() > ink.sum()


def test_one_finger_draws_and_a_second_does_not(open_drawing):
    page = open_drawing(has_touch=True)
    press(page, "Clear")
    box = page.locator("#pad").bounding_box()
    devtools = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [
            {
                "x": box["x"] + x * box["width"],
                "y": box["y"] + y * box["height"],
                "id": finger,
            }
            for finger, (x, y) in enumerate(places)
        ]
        devtools.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    touch("touchStart", (0.1, 0.3))
    for x in (0.3, 0.6, 0.9):
        touch("touchMove", (x, 0.3))
    touch("touchStart", (0.9, 0.3), (0.1, 0.8))
    touch("touchMove", (0.9, 0.3), (0.9, 0.8))
    touch("touchEnd")
    wait(page)
    ink = measure_ink(page)
    assert ink[: SIDE // 2].sum() > 0.7 * SIDE * THICK_PX
    assert ink[SIDE // 2 :].sum() == 0.0
    assert page.evaluate("() => window.scrollY") == 0


def test_right_button_and_a_press_outside_draw_nothing(open_drawing):
    page = open_drawing()
    press(page, "Clear")
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down(button="right")
    page.mouse.move(box["x"] + 150, box["y"] + 90)
    page.mouse.up(button="right")
    page.mouse.move(box["x"] - 5, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 90)
    page.mouse.up()
    assert measure_ink(page).sum() == 0.0


def test_the_pen_of_the_keys_is_lifted_where_a_mouse_draws(open_drawing):
    page = open_drawing()
    press(page, "Clear")
    page.locator("#pad").focus()
    for key in [" ", "ArrowRight"]:
        page.keyboard.press(key)
    stroke(page, (0.1, 0.1), (0.9, 0.1))
    label = page.locator("#pad").get_attribute("aria-label")
    assert label == "Drawing, 2 lines"
    rows = measure_ink(page).sum(1)
    assert rows[: SIDE // 4].sum() > 0.7 * SIDE * THICK_PX
    assert rows[SIDE // 2 - 2 : SIDE // 2 + 2].sum() > THICK_PX


def test_keys_do_not_break_into_a_stroke_of_the_mouse(open_drawing):
    page = open_drawing()
    press(page, "Clear")
    page.locator("#pad").focus()
    box = page.locator("#pad").bounding_box()
    y = box["y"] + 0.1 * box["height"]
    page.mouse.move(box["x"] + 0.1 * box["width"], y)
    page.mouse.down()
    for key in [" ", "ArrowDown"]:
        page.keyboard.press(key)
    page.mouse.move(box["x"] + 0.9 * box["width"], y, steps=4)
    page.mouse.up()
    for key in [" ", " "]:  # the keys' pen is free again
        page.keyboard.press(key)
    wait(page)
    label = page.locator("#pad").get_attribute("aria-label")
    assert label == "Drawing, 2 lines"
    rows = measure_ink(page).sum(1)
    assert rows[: SIDE // 4].sum() > 0.7 * SIDE * THICK_PX
    assert not [text for kind, text in page.said if kind == "error"]
