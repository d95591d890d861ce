"""A whole study from one TOML file: what is asked decides its kind.

==================  ========================================================  ===================
key of ``[study]``  question                                                  kind
==================  ========================================================  ===================
``case``            where does it hold?                                       `DiscoveryStudy`
``outcome``         can it be predicted instead of simulated?                 `SurrogateStudy`
``chain``           how much of a teacher does a student take over?           `DistillationStudy`
==================  ========================================================  ===================

A study of an ``outcome`` may name a ``case`` too, and an optimum to look for inside its region.
"""

from surrogate.study.discovery import DiscoveryStudy
from surrogate.study.distillation import DistillationStudy
from surrogate.study.emulation import SurrogateStudy
from surrogate.study.frame import Study, StudyResult

__all__ = ["DiscoveryStudy", "DistillationStudy", "Study", "StudyResult", "SurrogateStudy"]
