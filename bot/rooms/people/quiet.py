"""Quiet hours: when somebody may be written to unasked, in their own time zone. Pure."""

import datetime as dt

from knowledge.zones import zone_named


def after_quiet(moment: dt.datetime, zone: dt.tzinfo, quiet: tuple[dt.time, dt.time]) -> dt.datetime:
    """`moment`, or the end of the quiet hours it falls into, by the clocks of `zone`; in UTC.

    Quiet hours may pass midnight (21:00 to 08:00); two equal times are none. Where the clocks leap over the
    end of the quiet hours, they end with the leap.
    """
    start, end = quiet
    local = moment.astimezone(zone)
    now = local.time()
    within = start <= now < end if start <= end else now >= start or now < end
    if start == end or not within:
        return moment.astimezone(dt.UTC)
    day = local.date() + dt.timedelta(days=start > end and now >= start)
    until = dt.datetime.combine(day, end, zone).astimezone(dt.UTC)
    # An hour that comes twice in autumn: the first of the two may lie before the moment itself.
    return until if until > moment else dt.datetime.combine(day, end, zone).replace(fold=1).astimezone(dt.UTC)


def zone_of(name: str | None, otherwise: dt.tzinfo) -> dt.tzinfo:
    """The zone of that name; `otherwise` where there is none of that name."""
    try:
        return zone_named(name) if name else otherwise
    except ValueError:
        return otherwise
