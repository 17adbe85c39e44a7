"""What askers say of themselves in a question: their score, weeks, earnings, contracts, profile, holds."""

from intents.declared.facts import Against, Agency, Declared, Earned, Period
from intents.declared.reading import read

__all__ = ["Against", "Agency", "Declared", "Earned", "Period", "read"]
