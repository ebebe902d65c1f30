"""A page on a phone: whatever has the focus is seen, and whatever is pressed is large enough for a thumb.

It asks more than WCAG 2.2: no part of what has the focus lies under a bar (2.4.11 lets all but one pixel), and a small
link beside others is too small also where there is room around it (2.5.8); links within a sentence are let be.
"""

# Focus everything in turn, as Tab does (keyboard.py shows that Tab gets there), and look what lies over it. A page that
# is as tall as the screen, or a text that is, cannot be seen whole.
COVERED = """() => {
    const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const bars = [...document.querySelectorAll("body *:not(.rp-skip)")].filter((one) =>
        ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility());
    const covered = [];
    for (const one of document.querySelectorAll(usable)) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.disabled || one.tabIndex < 0) continue;
        one.focus();
        const { top, left, right, bottom: end } = one.getBoundingClientRect();
        const bottom = one.matches("textarea") ? Math.min(end, top + 48) : end;  // a browser shows where the caret is
        if (document.activeElement !== one || bottom - top > innerHeight / 2) continue;
        const isOut = top < -1 || bottom > innerHeight + 1;
        const over = bars.filter((bar) => !bar.contains(one) && bar.checkVisibility()).find((bar) => {
            const its = bar.getBoundingClientRect();
            return its.top < bottom - 1 && its.bottom > top + 1 && its.left < right && its.right > left;
        });
        if (isOut || over) covered.push(`${one.outerHTML.slice(0, 120)} under ${over ? over.className : "the edge"}`);
    }
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    return covered;
}"""
SMALL = """() => {
    const least = (one) => {  // a box is pressed by its label as well
        const label = one.matches("[type=checkbox], [type=radio]") ? one.closest("label") || one.labels[0] || one : one;
        const boxes = [one, label].map((each) => each.getBoundingClientRect());
        return Math.min(...["width", "height"].map((side) => Math.max(...boxes.map((box) => box[side]))));
    };
    const block = (one) => getComputedStyle(one).display === "inline" ? block(one.parentElement) : one;
    const isInSentence = (one) => getComputedStyle(one).display === "inline"
        && block(one.parentElement).textContent.replace(one.textContent, "").replace(/[\\s,.;:]/g, "").length > 0;
    return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.disabled)
        .filter((one) => one.tabIndex >= 0 && !one.matches(".rp-skip") && !isInSentence(one))
        .filter((one) => least(one) < 24).map((one) => `${Math.round(least(one))} px: ${one.outerHTML.slice(0, 140)}`);
}"""

# What stands out on the right, where the page as a whole can be scrolled sideways.
WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
    [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .slice(-3).map((one) => `${document.documentElement.scrollWidth} px: ${one.outerHTML.slice(0, 140)}`)"""

# A button is read at a glance: its words stand in one line. Narrower than a phone they may break.
BROKEN = """() => [...document.querySelectorAll("main .btn")].filter((one) => one.checkVisibility()).filter((one) => {
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(one);
    return one.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom) > 1.5 * parseFloat(lineHeight);
}).map((one) => one.textContent.trim().replace(/\\s+/g, " "))"""


ALL = f"() => ({{ focus: ({COVERED})(), small: ({SMALL})(), wide: ({WIDE})() }})"


def problems(page):
    """Return what is covered, too small or too wide, at the size the page has now, in words."""
    return [f"{kind}: {one}" for kind, all_of in page.evaluate(ALL).items() for one in all_of]


def broken(page):
    """Return the buttons whose words break in two."""
    return [f"a button in two lines: {words}" for words in page.evaluate(BROKEN)]
