"""Sphinx settings: ``python -m sphinx -W -n -b html docs <folder>``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

import surrogate as sg

project = "surrogate"
author = "The surrogate developers"
copyright = "2026, the surrogate developers"
version = release = sg.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "jupyter_execute"]
html_theme = "furo"
html_title = f"surrogate {release}"
default_role = "code"  # numpydoc's single backticks

# Pages with code are notebooks: they run at build, and a failing cell fails the build.
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True  # stores and pages that the examples write
nb_execution_timeout = 300
nb_execution_excludepatterns = ["examples/*"]  # stored with their outputs; a test runs them
nb_execution_show_tb = True
nb_merge_streams = True
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])
)  # for the kernels, also where the package is not installed

# The notebooks live beside the documentation; Sphinx reads below its own folder only.
shutil.copytree(ROOT / "notebooks", HERE / "examples", dirs_exist_ok=True)

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it, with shapes and units
napoleon_google_docstring = False
napoleon_use_param = False  # numpydoc's types are prose, like "ndarray of shape (n,)"
napoleon_use_rtype = False
napoleon_use_ivar = True

nitpick_ignore_regex = [
    # Types in numpydoc are prose, and other libraries cannot be resolved offline; what is left
    # to check, and is checked, are references to this package.
    ("py:class", r"(?!surrogate\.).*"),
]
