"""Reports: one self-contained, offline HTML page per answer."""

from surrogate.pages.report import write_report

__all__ = ["write_report"]
