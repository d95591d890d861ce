"""Data beside the repository, found through the environment variable SURROGATE_DATA."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_file() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        folder = os.environ.get("SURROGATE_DATA")
        path = Path(folder or ".") / name
        if not folder or not path.exists():
            pytest.skip(
                f"needs {name} in the folder that SURROGATE_DATA names (now {folder!r}); "
                "grid_stability.csv.gz: https://archive.ics.uci.edu/dataset/471; "
                "reds/: runs that the R package reds brings; surrogates/: made for this project"
            )
        return path

    return find
