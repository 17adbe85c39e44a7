"""`laurel doctor`: looks at all that a serving Laurel needs, and says what to do where it is not right."""

from bot.doctor.examine import examine
from bot.doctor.finding import Finding, Health

__all__ = ["Finding", "Health", "examine"]
