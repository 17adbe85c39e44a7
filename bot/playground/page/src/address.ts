/** The page's address holds its state, so that a link shows somebody else the same: who, which day, where, what is said. */
export interface Address {
  as: string;
  on: string | null;
  in: string | null;
  say: string | null;
}

export function read(): Address {
  const given = new URLSearchParams(location.search);
  const as = given.get("as") ?? "ana";
  return {
    as: as.startsWith("U0") ? as : `U0${as.toUpperCase()}`,
    on: given.get("on"),
    in: given.get("in"),
    say: given.get("say"),
  };
}

export function query(address: Partial<Address>): string {
  const given = new URLSearchParams();
  if (address.as) given.set("as", address.as.slice(2).toLowerCase());
  for (const name of ["on", "in", "say"] as const) if (address[name]) given.set(name, address[name]);
  return `?${given}`;
}

export function write(address: Partial<Address>): void {
  history.replaceState(null, "", query(address));
}

export function link(address: Partial<Address>): string {
  return `${location.origin}/${query(address)}`;
}
