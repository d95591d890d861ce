"""Sphinx settings: ``python -m sphinx -W -n -b html docs <folder>``."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes

import surrogate as sg

PROGRESS = re.compile(r"\d+%\|.*\| \d+/\d+ \[")
HERE = Path(__file__).parent

project = "surrogate"
author = "The surrogate developers"
copyright = "2026, the surrogate developers"
version = release = sg.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "jupyter_execute"]
html_theme = "furo"
html_title = f"surrogate {release}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
default_role = "code"  # numpydoc's single backticks

# Pages with code are notebooks: they run at build, and a failing cell fails the build.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True  # stores and pages that the examples write
nb_execution_timeout = 300
nb_execution_excludepatterns = ["examples/*"]  # stored with their outputs; a test runs them
nb_execution_show_tb = True
nb_merge_streams = True

# The notebooks live beside the documentation; Sphinx reads below its own folder only.
shutil.copytree(HERE.parent / "notebooks", HERE / "examples", dirs_exist_ok=True)

autodoc_member_order = "bysource"
autodoc_default_options = {  # scikit-learn's machinery, made by a metaclass
    "exclude-members": "set_fit_request, set_predict_request, set_score_request"
}
autodoc_typehints = "none"  # the docstrings say it, with shapes and units
napoleon_google_docstring = False
napoleon_use_param = False  # numpydoc's types are prose, like "ndarray of shape (n,)"
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]  # a list, as for the parameters

suppress_warnings = ["ref.footnote"]  # a reference need not be quoted in the text above it


def resolve_names(_app: Any, _what: str, name: str, _obj: Any, _opt: Any, lines: list[str]) -> None:
    """Make numpydoc's references unique on their page, and errors known by their full names."""
    prefix = name.replace(".", "-").lower()
    for place, line in enumerate(lines):
        unique = re.sub(r"(^\.\. )\[(\d+)\]|\[(\d+)\](?=_)", rf"\1[#{prefix}-\2\3]", line)
        lines[place] = re.sub(r"^:raises (?=\w+Error:)", ":raises ~surrogate.errors.", unique)


def drop_progress(_app: Any, doctree: nodes.document, _name: str) -> None:
    """Take progress bars out of outputs: a page shows each of their states below the other."""
    for block in list(doctree.findall(nodes.literal_block)):
        lines = block.astext().splitlines()
        kept = [line for line in lines if not PROGRESS.search(line)]
        if len(kept) == len(lines):
            continue
        if any(line.strip() for line in kept):
            block.children = []
            block.append(nodes.Text("\n".join(kept)))
        else:
            block.parent.remove(block)


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", resolve_names)
    app.connect("doctree-resolved", drop_progress)
