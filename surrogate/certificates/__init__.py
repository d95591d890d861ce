"""What fresh runs of the simulator itself prove: about one box, or about a nest of them."""

from __future__ import annotations

from surrogate.certificates.nested import NestedCertificate, certify_nested
from surrogate.certificates.plan import Plan
from surrogate.certificates.single import Certificate, certify

__all__ = ["Certificate", "NestedCertificate", "Plan", "certify", "certify_nested"]
