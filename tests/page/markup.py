"""A page as a reader's program takes it apart, and what is wrong with it, by rules of our own."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

VOID = {"meta", "link", "img", "input", "br", "source"}
NAMED = {"a", "button", "summary", "select", "option", "th", "caption"}
LABELLED = {"select", "input"}
LANDMARKS, NAMES = {"section", "nav", "form"}, ("aria-label", "aria-labelledby")


class Markup(HTMLParser):
    """Elements as they nest; what does not nest is a fault."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.words: list[list[str]] = []
        self.landmarks: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"{self.open} are never closed")

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if len(given) != len(attributes):
            self.faults.append(f"{tag} has an attribute twice")
        self.ids += [given["id"]] if "id" in given else []
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else []
        self.links += [given["href"]] if tag == "a" else []
        self.loaded += [given[name] for name in ("src", "srcset", "data") if name in given]
        self.loaded += [given["href"]] if tag in ("link", "use", "image") else []
        self._accessible(tag, given)
        if tag not in VOID:
            self.open.append(tag)
            self.words.append([given.get("aria-label") or ""])

    def handle_startendtag(self, tag, attributes):
        if tag != "path":
            self.faults.append(f"{tag} closes itself")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"{tag} is closed within {self.open[-3:]}")
            return
        self.open.pop()
        said = "".join(self.words.pop())
        if tag in NAMED and not said.strip():
            self.faults.append(f"{tag} at {self.getpos()} has no name")
        if self.words:
            self.words[-1].append(said)

    def handle_data(self, text):
        if self.words:
            self.words[-1].append(text)

    def _accessible(self, tag, given):
        if tag in LANDMARKS or given.get("role") == "region":
            self.landmarks += [given[name] for name in NAMES if name in given]
        if tag == "img" and not given.get("alt"):
            self.faults.append("a picture has no words")
        if tag == "svg" and not (given.get("role") == "img" and given.get("aria-label")):
            self.faults.append("a drawing has no words")
        if tag in LABELLED and "label" not in self.open:
            self.faults.append(f"{tag} has no label")
        if given.get("tabindex", "0") != "0":
            self.faults.append(f"{tag} is out of order for a keyboard")


def faults(text: str) -> list[str]:
    page = Markup(text)
    found = list(page.faults)
    found += [f"{id} stands twice" for id in {*page.ids} if page.ids.count(id) > 1]
    names = page.landmarks
    found += [f"two landmarks are called {name}" for name in {*names} if names.count(name) > 1]
    steps = zip([0, *page.headings], page.headings, strict=False)
    found += [f"heading {below} follows {above}" for above, below in steps if below > above + 1]
    found += ["not one first heading"] if page.headings.count(1) != 1 else []
    return found


def asked_for(text: str) -> list[str]:
    """What a browser would load: nothing but what the page carries."""
    return [address for address in Markup(text).loaded if not address.startswith("data:")]


def dead(text: str, folder: Path) -> list[str]:
    """Links that lead nowhere: to no part of the page, and to no file beside it."""
    page = Markup(text)
    parts = {f"#{id}" for id in page.ids}
    inside = [link for link in page.links if link.startswith("#") and link not in parts]
    files = [link for link in page.links if not link.startswith("#")]
    return inside + [link for link in files if not (folder / unquote(link)).is_file()]
