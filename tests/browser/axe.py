"""What axe finds on a page, on a phone and on a desk, in both schemes; nothing is asked twice whose answer is known.

On the desk every rule looks at every page whose elements, in their order, are new: the same page with other words has
the same answer, but for its colours. Everywhere else a page differs from what was looked at in two ways only:

- It shows other things. What a phone shows and a desk does not, or the other way round, is mostly the same bar on each
  page: every rule looks at the page again where that difference is a new one.
- It has other colours (`light-dark()` in static/css, a smaller font). Whether a text can be read follows from its own
  colour, size and weight, and from what lies behind it: the rules of colour look again where there is a new pairing.

What was looked at is remembered while a process lives (`LOOKED`), so the first pages of a run take longest.
"""

from axe_playwright_python.base import AXE_SCRIPT

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
NARROWEST = {"width": 320, "height": 640}  # 1280 at a zoom of 400 %: WCAG 2.2, 1.4.10
RUN = """(rules) => axe.run({ resultTypes: ["violations"], ...rules }).then((found) => found.violations.map((one) =>
    [`${one.id}: ${one.help}`, ...one.nodes.map((node) => `${node.html} ${node.failureSummary}`)].join("\\n    ")))"""
# By their names, as axe itself does not ask all rules of a kind.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What is there for somebody: each element with all that a rule reads of it but its words, and whether it scrolls.
SHOWN = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => {
        const words = new Set(["href", "src", "value", "action", "d", "title", "alt", "aria-label"]);
        const said = [...one.attributes].filter(({ name }) => !name.startsWith("data-test"))
            .map(({ name, value }) => `${name}=${words.has(name) ? Boolean(value) : value.replace(/\\d+/g, "N")}`);
        const isScrolled = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
        const scrolls = isScrolled && /auto|scroll/.test(getComputedStyle(one).overflow);
        return `${one.localName} ${said.sort().join(" ")} ${Boolean(one.textContent.trim())} ${scrolls}`;
    })"""
# What is read, and on what: every text that is seen, with all that lies behind it up to the first thing that is opaque.
PAIRED = """() => {
    const behind = (one) => {
        const layers = [];
        for (let at = one; at; at = at.parentElement) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(at);
            layers.push(`${backgroundColor} ${backgroundImage} ${opacity}`);
            if (!/^rgba|\\/|transparent/.test(backgroundColor)) break;
        }
        return layers.filter((layer) => layer !== "rgba(0, 0, 0, 0) none 1").join(" over ");
    };
    const hasText = (one) => one.matches("input, select, textarea")
        || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const beside = (one) => one.localName !== "a" ? "" :
        `${one.matches("p *, li *, td *, dd *")} ${getComputedStyle(one).textDecorationLine}`
        + ` ${getComputedStyle(one.parentElement).color} ${getComputedStyle(one.parentElement).fontWeight}`;
    return [...new Set([...document.querySelectorAll("body *")]
        .filter((one) => hasText(one) && one.checkVisibility({ visibilityProperty: true }))
        .map((one) => {
            const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
            const isOff = Boolean(one.closest(":disabled, [aria-disabled=true]"));
            return [color, fontSize, fontWeight, textShadow, isOff, behind(one), beside(one)].join(" | ");
        }))];
}"""
LOOKED = {"light": set(), "dark": set(), "shown": set()}


def looks(page):
    """Look at the page as it stands. Yields ("1440 light", what breaks a rule there) of each size and scheme.

    It leaves the page on a phone, in the light. To lay a page out anew takes longest: nothing is changed to and fro.
    """
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light")
    resize(page, DESK)
    desk = page.evaluate(SHOWN)
    yield "1440 light", _asked(page, "light", {} if _is_new("\n".join(desk)) else COLOURS)
    page.emulate_media(color_scheme="dark")
    yield "1440 dark", _asked(page, "dark", COLOURS)
    resize(page, PHONE)
    yield "390 dark", _asked(page, "dark", COLOURS)
    page.emulate_media(color_scheme="light")
    is_new = _is_new_difference(desk, page.evaluate(SHOWN))
    yield "390 light", _asked(page, "light", {} if is_new else COLOURS)


def _asked(page, scheme, rules):
    """Return what breaks the rules, unless they are those of colour and every pairing was looked at before."""
    pairings = set(page.evaluate(PAIRED))
    known = rules is COLOURS and pairings <= LOOKED[scheme]
    found = [] if known else page.evaluate(RUN, rules)
    LOOKED[scheme] |= pairings
    return found


def resize(page, size):
    if page.viewport_size != size:
        page.set_viewport_size(size)


def _is_new_difference(desk, phone):
    one, other = sorted(set(desk) - set(phone)), sorted(set(phone) - set(desk))
    return _is_new(("\n".join(one), "\n".join(other)))


def _is_new(shown):
    is_new = shown not in LOOKED["shown"]
    LOOKED["shown"].add(shown)
    return is_new


def problems(page):
    """Return, in words, what breaks a rule or can be scrolled sideways, with all folds of the page open."""
    page.emulate_media(reduced_motion="reduce")  # or colours are on their way when they are looked at
    page.evaluate("() => document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })")
    found = []
    for where, violations in looks(page):
        found += [f"{page.url}, {where}: {violation}" for violation in violations] + _sideways(page, where)
    page.set_viewport_size(NARROWEST)
    return found + _sideways(page, "320")


def _sideways(page, where):
    width, room = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{page.url}, {where}: {width} px wide, and there is room for {room}"] if width > room else []
