"""Going through a page by the Tab key alone: everything one can use is reached, and one sees where one is."""

# What can be used, each once; the radios of one group count as one, as they do for the Tab key.
MARK = """() => {
    const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const isUsable = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0;
    const groups = new Map();
    let count = 0;
    for (const one of document.querySelectorAll(usable)) {
        if (!isUsable(one) || one.closest("[inert]")) continue;
        const group = one.type === "radio" ? `${one.form?.id || one.form?.action} ${one.name}` : null;
        if (group && groups.has(group)) { one.dataset.testStop = groups.get(group); continue; }
        one.dataset.testStop = count;
        if (group) groups.set(group, count);
        count += 1;
    }
    return count;
}"""
# The ring may lie on the control or on the label around it.
WHERE = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const rings = [one, one.closest("label"), one.parentElement].filter(Boolean).map((each) => getComputedStyle(each));
    const isSeen = rings.some((ring) => (ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 1)
        || ring.boxShadow !== "none");
    const box = one.getBoundingClientRect();
    return { stop: one.dataset.testStop ?? null, isSeen, isThere: box.width > 0 && box.height > 0,
        html: one.outerHTML.slice(0, 120) };
}"""
# The next press of Tab begins at the top, also where a field takes the focus by itself.
TOP = """() => {
    document.activeElement?.blur();
    document.body.tabIndex = -1;
    document.body.focus({ preventScroll: true });
    document.body.removeAttribute("tabindex");
    window.scrollTo(0, 0);
}"""
# Where one is before each press, and that tells where the one before it led: nobody asks the page after each.
NOTE = f"""() => {{
    const where = {WHERE};
    document.testStops = [];
    addEventListener("keydown", () => document.testStops.push(where()), {{ capture: true }});
}}"""
NOTED = f"""() => {{
    const where = {WHERE};
    return [...document.testStops.splice(0), where()].slice(1);
}}"""
NAMES = """() => Object.fromEntries([...document.querySelectorAll("[data-test-stop]")].map((one) =>
    [one.dataset.testStop, one.outerHTML.slice(0, 160)]))"""
MORE = 10  # presses at a time where there were more stops than controls
SPARE = 40  # presses beyond the number of controls: a date field has several stops, not all with a ring of ours


def problems(page):
    """Press Tab from the top to the end. Returns what is not reached, and where one does not see where one is."""
    page.evaluate(TOP)
    count, reached, seen, unseen = page.evaluate(MARK), set(), set(), {}
    for at in _stops(page, count):
        if at["stop"] is not None:
            reached.add(at["stop"])
        if at["isSeen"] and at["isThere"]:
            seen.add(at["html"])
        else:
            unseen[at["html"]] = None
    names = page.evaluate(NAMES)
    missed = [f"Tab does not reach {html}" for stop, html in names.items() if stop not in reached]
    return missed + [f"no focus is seen on {html}" for html in unseen if html not in seen]


def _stops(page, count):
    """Yield where each press of Tab leads, to the end. The key is held down: once for as many stops as there are."""
    page.evaluate(NOTE)
    left, held = 4 * count + SPARE, count + 1
    while left > 0:
        page.keyboard.press("+".join(["Tab"] * held))
        for at in page.evaluate(NOTED):
            if at is None:
                return
            yield at
        left, held = left - held, MORE


def skips(page):
    """The first press of Tab shows a link that leads past the masthead."""
    page.evaluate(TOP)
    page.keyboard.press("Tab")
    shown = page.evaluate("() => document.activeElement.getBoundingClientRect().top >= 0")
    words = page.evaluate("() => document.activeElement.textContent")
    page.keyboard.press("Enter")
    return shown and words == "Skip to the page" and page.evaluate("() => document.activeElement.id") == "main"
