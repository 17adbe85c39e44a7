/** Times as the page shows them, in the house's zone. */
export function timeOf(ts: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", minute: "2-digit" }).format(Number(ts) * 1000);
}

export function dayOf(ts: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(
    Number(ts) * 1000,
  );
}

/** `2026-11-27T10:42` in a zone, as a datetime-local input wants it. */
export function local(when: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(when);
  return parts.replace(" ", "T");
}

export function shortDay(when: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(when);
}
