"""Questions as buttons carry them: `intent|slot=value|…`. What a button asks needs no matching."""

from datetime import date
from decimal import Decimal, InvalidOperation

from intents.named import Slots


def written(intent: str, slots: Slots | None = None) -> str:
    """The value of a button that asks this."""
    parts = [intent]
    if slots is not None:
        parts += [f"program={name}" for name in slots.programs]
        for name in ("audience", "category", "amount", "percent", "ticket", "on"):
            value = getattr(slots, name)
            if value is not None:
                parts.append(f"{name}={value}")
    return "|".join(parts)


def read(value: str) -> tuple[str, Slots]:
    """The intent and the slots of a button's value; what cannot be read is left out."""
    intent, *pairs = value.split("|")
    given: dict[str, str] = {}
    programs: list[str] = []
    for pair in pairs:
        name, _, content = pair.partition("=")
        if name in {"program", "programs"}:
            programs += [one for one in content.replace("+", ",").split(",") if one]
        elif content:
            given[name] = content
    return intent, Slots(
        programs=tuple(dict.fromkeys(programs)),
        audience=given.get("audience"),
        category=given.get("category"),
        amount=_decimal(given.get("amount")),
        percent=_float(given.get("percent")),
        on=_date(given.get("on") or given.get("date")),
        ticket=given.get("ticket"),
    )


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def _float(text: str | None) -> float | None:
    amount = _decimal(text)
    return None if amount is None else float(amount)


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None
