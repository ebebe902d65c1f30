"""An HTML page as a tree, and what the standard and WCAG ask of one that needs no browser to see."""

import re
from collections import Counter
from html.parser import HTMLParser


def names(text):
    return {*text.split()}


VOID = names("area base br col embed hr img input link meta source track wbr")
INLINE_ONLY = names("p h1 h2 h3 h4 h5 h6 span label button summary small strong legend")
BLOCKS = names(
    "address article aside details div dl fieldset figure footer form header hr main nav ol p pre section table ul"
)
MAY_HOLD = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}, "select": {"option", "optgroup"}}
HOLDERS = {"li": {"ul", "ol", "template"}}
NEVER_IN = {"a": ("a", "button"), "button": ("a", "button"), "form": ("form",)}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "form", "list")
FIELDS = {"input", "select", "textarea"}
NAMES = {"aria-label", "aria-labelledby", "title"}
NO_LABEL = {"hidden", "submit", "button", "reset", "image"}

# Which kinds of <input> have an attribute (the standard’s table); no kind said is text.
TYPED = names("text search url tel email password")
COUNTED = names("date month week time datetime-local number range")
OF_KIND = {
    **dict.fromkeys(("min", "max", "step"), COUNTED),
    **dict.fromkeys(("minlength", "maxlength", "pattern", "size"), TYPED),
    "placeholder": TYPED | {"number"},
    "multiple": {"email", "file"},
    "accept": {"file"},
    "checked": {"checkbox", "radio"},
}

DATE, ZONE = r"\d{4,}-\d\d-\d\d", r"(Z|[+-]\d\d:?\d\d)"
TIME = r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?"
MOMENT = re.compile(
    rf"{DATE}|{TIME}|{DATE}[T ]{TIME}({ZONE})?|{ZONE}|\d{{4,}}(-\d\d)?|\d{{4,}}-W\d\d|(--)?\d\d-\d\d"
    r"|P(?=[\dT])(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,3})?S)?)?"
)
# What a field about oneself may be called (the standard's list, in so far as we have such fields).
OWN = names(
    "on off name nickname username new-password current-password one-time-code organization organization-title email"
    " tel url webauthn address-level1 address-level2 country"
)


class Element:
    def __init__(self, tag, attrs, parent):
        self.tag, self.attrs, self.parent, self.inside = tag, dict(attrs), parent, []

    def __iter__(self):
        """Every element under this one, in order."""
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one

    def __str__(self):
        shown = "".join(f' {name}="{value}"' for name, value in self.attrs.items() if name in SHOWN)
        return f"<{self.tag}{shown}>{self.text()[:50]}"

    def text(self):
        parts = [one if isinstance(one, str) else one.text() for one in self.inside]
        own = self.attrs.get("aria-label") or self.attrs.get("alt") or ""
        return " ".join(f"{own} {' '.join(parts)}".split())

    def around(self, *tags):
        one = self.parent
        while one and one.tag not in tags:
            one = one.parent
        return one


SHOWN = ("id", "class", "name", "type", "for", "href", "datetime", "aria-labelledby", "autocomplete")


class Page(HTMLParser):
    """A page of ours, which closes what it opens."""

    def __init__(self, text):
        super().__init__()
        self.faults = []
        self.root = self.here = Element("", (), None)
        self.feed(text)
        if self.here is not self.root:
            self.faults.append(f"never closed: {self.here}")
        self.all = [*self.root]
        self.ids = {one.attrs["id"]: one for one in self.all if "id" in one.attrs}

    def handle_starttag(self, tag, attrs):
        for name, count in Counter(name for name, _ in attrs).items():
            if count > 1:
                self.faults.append(f"<{tag}> has {name} {count} times")
        new = Element(tag, attrs, self.here)
        self.here.inside.append(new)
        if tag not in VOID:
            self.here = new

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.here = self.here.parent

    def handle_endtag(self, tag):
        if self.here.tag != tag:
            self.faults.append(f"</{tag}> closes {self.here}")
        self.here = self.here.parent or self.here

    def handle_data(self, data):
        self.here.inside.append(data)

    def found(self, *tags):
        return [one for one in self.all if one.tag in tags]

    @property
    def title(self):
        return next(one.text() for one in self.found("title"))


def faults(text):
    """Return what is wrong with a whole page, in words."""
    page = Page(text)
    return page.faults + [
        f"{rule.__name__.strip('_').replace('_', ' ')}: {one}" for rule in RULES for one in rule(page)
    ]


def _id_stands_twice(page):
    ids = Counter(one.attrs["id"] for one in page.all if "id" in one.attrs)
    return [name for name, count in ids.items() if count > 1 or not name or re.search(r"\s", name)]


def _points_at_nothing(page):
    for one in page.all:
        for name in REFERENCES:
            if [target for target in one.attrs.get(name, "").split() if target not in page.ids]:
                yield one
        link = one.attrs.get("href") or ""
        if one.tag == "a" and link.startswith("#") and link[1:] not in page.ids:
            yield one


def _field_has_no_label(page):
    labelled = {one.attrs["for"] for one in page.found("label") if one.attrs.get("for") and one.text()}
    for one in page.found(*FIELDS):
        around = one.around("label")
        if one.attrs.get("type") in NO_LABEL or one.attrs.get("id") in labelled or (around and around.text()):
            continue
        if not (one.attrs.get("aria-label") or one.attrs.get("aria-labelledby")):
            yield one


def _label_of_nothing(page):
    for one in page.found("label"):
        target = page.ids.get(one.attrs.get("for"))
        within = [each for each in one if each.tag in FIELDS]
        if not within and (target is None or target.tag not in FIELDS or target.attrs.get("type") == "hidden"):
            yield one


def _section_has_no_heading(page):
    for one in page.found("section"):
        if not any(each.tag[0] == "h" and each.tag[1:].isdigit() and each.text() for each in one):
            yield one


def _group_has_no_name(page):
    for one in page.found("fieldset"):
        if not any(each.tag == "legend" and each.text() for each in one.inside if isinstance(each, Element)):
            yield one


def _heading_out_of_order(page):
    levels = [(int(one.tag[1]), one) for one in page.all if re.fullmatch("h[1-6]", one.tag)]
    if [level for level, _ in levels].count(1) != 1:
        yield f"{[str(one) for level, one in levels if level == 1]}"
    last = 0
    for level, one in levels:
        if level > last + 1 or not one.text():
            yield f"{one} after h{last}"
        last = level


def _has_no_name(page):
    for one in page.found("a", "button", "summary", "iframe", "table", "nav", "th"):
        inside = [each for each in one if each.tag == "caption"] if one.tag == "table" else [one]
        if not any(each.text() for each in inside) and not names(" ".join(one.attrs)) & NAMES:
            yield one


def _moment_not_of_the_standard(page):
    for one in page.found("time"):
        if not MOMENT.fullmatch(one.attrs.get("datetime") or one.text()):
            yield one


def _autocomplete(page):
    """A field about oneself says so (WCAG 1.3.5); a password and a code always do."""
    for one in page.found("input", "textarea", "select"):
        form = one.around("form")
        said, kind = one.attrs.get("autocomplete") or (form and form.attrs.get("autocomplete")), one.attrs.get("type")
        if said is not None and not set(said.split()) <= OWN:
            yield one
        if said is None and kind in ("password", "email", "tel"):
            yield one


def _stands_where_it_may_not(page):
    for one in page.all:
        parent = one.parent
        is_wrong = parent.tag in INLINE_ONLY and one.tag in BLOCKS
        is_wrong |= one.tag not in MAY_HOLD.get(parent.tag, {one.tag}) | {"template", "script"}
        is_wrong |= parent.tag not in HOLDERS.get(one.tag, {parent.tag})
        if is_wrong or (one.tag in NEVER_IN and one.around(*NEVER_IN[one.tag])):
            yield f"{one} in {parent}"


def _attribute_of_another_kind(page):
    for one in page.found("input"):
        kind = one.attrs.get("type") or "text"
        if any(kind not in OF_KIND.get(name, {kind}) for name in one.attrs):
            yield f"{one} {' '.join(one.attrs)}"


def _caption_in_the_middle(page):
    for one in page.found("figcaption"):
        beside = [each for each in one.parent.inside if isinstance(each, Element)]
        if one.parent.tag != "figure" or one not in (beside[0], beside[-1]):
            yield one


def _error_that_the_title_does_not_tell(page):
    wrong = [one for one in page.all if "rp-error" in one.attrs.get("class", "") or one.attrs.get("aria-invalid")]
    return [] if page.title.startswith("Error: ") else wrong


RULES = (
    _error_that_the_title_does_not_tell,
    _id_stands_twice,
    _points_at_nothing,
    _field_has_no_label,
    _label_of_nothing,
    _section_has_no_heading,
    _group_has_no_name,
    _heading_out_of_order,
    _has_no_name,
    _moment_not_of_the_standard,
    _autocomplete,
    _stands_where_it_may_not,
    _attribute_of_another_kind,
    _caption_in_the_middle,
)
