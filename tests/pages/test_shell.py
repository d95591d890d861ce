"""The shell: any title and sections become one safe file, with pictures inside it."""

from __future__ import annotations

import re

import pytest

from surrogate.errors import ArgumentError
from surrogate.pages import write_report
from surrogate.pages.markup import tag
from surrogate.pages.pictures import picture
from surrogate.pages.shell import Section, document

EVIL = '"><script>alert(1)</script>'


def policy(page: str) -> str:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert found
    return found[1]


def test_text_of_users_stays_text() -> None:
    page = document(EVIL, EVIL, [Section(EVIL, tag("p", EVIL), answer=True)], title=EVIL)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 6  # the title stands in the window too


def test_a_page_without_pictures_admits_none() -> None:
    page = document("T", "k", [Section("s", tag("p", "<img "))])
    assert "img-src" not in policy(page)
    assert "script-src" not in policy(page)


def test_pictures_are_inside_the_file() -> None:
    drawn = picture(lambda ax: ax.plot([0, 1]), alt=f"a line {EVIL}", caption=EVIL)
    page = document("T", "k", [Section("s", drawn)])
    assert "img-src data:;" in policy(page)
    assert re.findall(r'src="([^"]{22})', page) == ["data:image/png;base64,"]
    assert "<script" not in page
    again = picture(lambda ax: ax.plot([0, 1]), alt=f"a line {EVIL}", caption=EVIL)
    assert drawn == again


def test_what_has_no_page_is_refused_by_name(tmp_path) -> None:
    with pytest.raises(ArgumentError, match=r"there is a page for .*; got int: 3"):
        write_report(3, tmp_path / "three.html")
