"""A whole study from one TOML file: what is asked decides its kind.

==================  ========================================================  ===================
key of ``[study]``  question                                                  kind
==================  ========================================================  ===================
``case``            where does it hold?                                       `DiscoveryStudy`
``outcome``         can it be predicted instead of simulated?                 `SurrogateStudy`
==================  ========================================================  ===================
"""

from surrogate.study.discovery import DiscoveryStudy
from surrogate.study.emulation import SurrogateStudy
from surrogate.study.frame import Study, StudyResult

__all__ = ["DiscoveryStudy", "Study", "StudyResult", "SurrogateStudy"]
