"""The page in a real browser: it runs without an error and shows the box its address names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from surrogate.pages import discovery, shell, write_report
from surrogate.regions import Box

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium found: apt-get install chromium"
)
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=2000",
]


def load(address: str, profile: Path) -> tuple[str, str]:
    """Return the document after its script ran, and what was written to the console."""
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={profile}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return done.stdout, "\n".join(console)


def content(document: str, name: str) -> str:
    """Return the text of the element with an id."""
    match = re.search(rf'<(\w+)[^>]*\bid="{name}"[^>]*>(.*?)</\1>', document, re.DOTALL)
    assert match, f"no element {name}"
    return unescape(re.sub(r"<[^>]*>", " ", match[2]))


@pytest.fixture(scope="module")
def fifth(found: Any, certificate: Any, tmp_path_factory: Any) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("page")
    path = write_report(found, folder / "star.html", certificate=certificate)
    return load(f"{path.as_uri()}#5", folder / "profile")


def test_the_script_ends_without_an_error(fifth: tuple[str, str]) -> None:
    document, console = fifth
    assert console == ""
    assert re.search(r'<html[^>]* data-ready="yes"', document)
    assert "data-error" not in document.split("<body")[0]


def test_the_address_picks_the_box(fifth: tuple[str, str], found: Any) -> None:
    document, _ = fifth
    assert content(document, "rule") == found.trajectory[5].rule()
    row = found.curve.iloc[5]
    assert content(document, "status").startswith(
        f"Box 5 (of 0 to 39): density {row['density']:.3f}, coverage {row['coverage']:.3f}"
    )
    assert "Not certified: the certificate is for box 23." in content(document, "standing")


def test_the_download_is_the_picked_region(fifth: tuple[str, str], found: Any) -> None:
    document, _ = fifth
    match = re.search(r'href="data:application/json;charset=utf-8,([^"]*)"', document)
    assert match
    assert Box.from_json(unquote(match[1])) == found.trajectory[5]


def test_every_plotted_run_is_drawn(fifth: tuple[str, str], found: Any) -> None:
    document, _ = fifth
    drawing = document.split('id="projection"')[1].split("</svg>")[0]
    assert drawing.count("<circle") == len(found.runs.inputs)


@pytest.mark.parametrize("fragment", ["", "#nonsense", "#99999"])
def test_a_strange_address_still_shows_a_box(found: Any, tmp_path: Path, fragment: str) -> None:
    path = write_report(found, tmp_path / "star.html")
    document, console = load(path.as_uri() + fragment, tmp_path / "profile")
    expected = len(found.trajectory) - 1 if "9" in fragment else found.index
    assert console == ""
    assert content(document, "rule") == found.trajectory[expected].rule()


def test_hostile_names_run_nothing(build: Any, tmp_path: Path) -> None:
    evil = "</script><script>document.documentElement.dataset.error = 'ran'</script>"
    path = write_report(build(case=evil, choice=evil), tmp_path / "evil.html", title=evil)
    document, console = load(path.as_uri(), tmp_path / "profile")
    assert console == ""
    assert re.search(r'<html[^>]* data-ready="yes"', document)
    assert "data-error" not in document.split("<body")[0]


HAND = """
(() => {
  const byId = (id) => document.getElementById(id);
  const rule = () => byId("rule").textContent;
  const seen = {};
  byId("next").click();
  seen.next = [location.hash, rule()];
  byId("slider").value = 7;
  byId("slider").dispatchEvent(new Event("input"));
  seen.dragged = rule();
  byId("slider").dispatchEvent(new Event("change"));
  seen.dropped = [location.hash, rule()];
  const place = document.querySelector('[data-box="12"]').getBoundingClientRect();
  const [clientX, clientY] = [place.x + place.width / 2, place.y + place.height / 2];
  byId("curve").dispatchEvent(new MouseEvent("click", { clientX, clientY }));
  seen.clicked = [location.hash, rule()];
  byId("across").selectedIndex = 4;
  byId("across").dispatchEvent(new Event("change"));
  const titles = document.querySelectorAll("#projection .axis");
  seen.axis = Array.from(titles, (text) => text.textContent);
  byId("choice").click();
  seen.choice = [location.hash, rule()];
  document.documentElement.dataset.seen = JSON.stringify(seen);
})();
"""


def test_hands_on_the_page_pick_what_they_point_at(
    found: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = shell.part
    hands = {"discovery.js": HAND}  # part of the script, or the page's own policy would stop it
    monkeypatch.setattr(discovery, "part", lambda name: read(name) + hands.get(name, ""))
    document, console = load(
        write_report(found, tmp_path / "star.html").as_uri(), tmp_path / "profile"
    )
    assert console == ""
    match = re.search(r'<html[^>]* data-seen="([^"]*)"', document)
    assert match
    rules = [box.rule() for box in found.trajectory]
    assert json.loads(unescape(match[1])) == {
        "next": ["#24", rules[24]],
        "dragged": rules[7],
        "dropped": ["#7", rules[7]],
        "clicked": ["#12", rules[12]],
        "axis": ["policy", "delay [s]"],
        "choice": ["#23", rules[23]],
    }
