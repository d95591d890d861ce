"""Reports: one self-contained, offline HTML page per discovery."""

from surrogate.pages.report import write_report

__all__ = ["write_report"]
