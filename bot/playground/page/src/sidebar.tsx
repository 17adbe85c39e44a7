/** Left: who I am, which day it is, the channels with what is unread, the weather, light and dark. */
import { useEffect, useState, type ReactNode } from "react";
import { Avatar } from "./avatar";
import { local, shortDay } from "./clock";
import { act } from "./live";
import { Menu } from "./menu";
import type { Channel, Person, Weather, World } from "./types";

const GROUPS: [Person["role"][], string][] = [
  [["freelancer"], "Freelancers"],
  [["agent", "specialist", "moderator", "admin"], "The team"],
];
const ROLES: Record<string, string> = { agent: "Support agent", specialist: "Specialist", moderator: "Moderator", admin: "Workspace admin" };

interface Props {
  world: World;
  me: Person;
  channel: string;
  unread: Record<string, number>;
  onChannel: (channel: string) => void;
  onPerson: (user: string) => void;
  onDay: (on: string | null) => void;
}

export function Sidebar({ world, me, channel, unread, onChannel, onPerson, onDay }: Props): ReactNode {
  return (
    <nav className="sidebar" aria-label="Workspace">
      <div className="brand">
        <Avatar name="Laurel" app />
        <div>
          <strong>Laurel’s playground</strong>
          <small>All on this machine</small>
        </div>
      </div>
      <Menu label="You are" spoken className="persona" placement="down wide" face={<PersonFace person={me} />}>
        {(close) =>
          GROUPS.map(([roles, title]) => (
            <div key={title} role="group" aria-label={title}>
              <p className="menu-title">{title}</p>
              {world.people
                .filter((person) => roles.includes(person.role))
                .map((person) => (
                  <button
                    key={person.user}
                    role="menuitemradio"
                    aria-checked={person.user === me.user}
                    onClick={() => (close(), onPerson(person.user))}
                  >
                    <Avatar name={person.name} small />
                    <span>
                      <b>{person.name}</b>
                      <small>{person.about}</small>
                    </span>
                  </button>
                ))}
            </div>
          ))
        }
      </Menu>
      <Day world={world} onDay={onDay} />
      <p className="side-title">Channels</p>
      <ul>
        {world.channels.filter((one) => !one.dm).map((one) => row(one))}
      </ul>
      <p className="side-title">Apps</p>
      <ul>
        {world.channels.filter((one) => one.dm).map((one) => row(one))}
      </ul>
      <div className="side-foot">
        <WeatherMenu weather={world.weather} />
        <Theme />
      </div>
    </nav>
  );

  function row(one: Channel): ReactNode {
    const count = unread[one.id] ?? 0;
    return (
      <li key={one.id}>
        <button
          className={`place${one.id === channel ? " here" : ""}${count ? " unread" : ""}`}
          aria-current={one.id === channel ? "page" : undefined}
          onClick={() => onChannel(one.id)}
        >
          {one.dm ? <Avatar name="Laurel" app small /> : <span className="hash">{one.private ? "🔒" : "#"}</span>}
          <span className="name">{one.dm ? "Laurel" : one.name}</span>
          {count > 0 && (
            <span className="badge" aria-label={`${count} unread`}>
              {count}
            </span>
          )}
        </button>
      </li>
    );
  }
}

function PersonFace({ person }: { person: Person }): ReactNode {
  return (
    <>
      <Avatar name={person.name} />
      <span>
        <b>{person.name}</b>
        <small>{ROLES[person.role] ? `${ROLES[person.role]}` : person.about}</small>
      </span>
      <span aria-hidden="true" className="caret">▾</span>
    </>
  );
}

function useNow(offset: number): Date {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    setNow(Date.now());
    return () => clearInterval(timer);
  }, [offset]);
  return new Date(now + offset * 1000);
}

function Day({ world, onDay }: { world: World; onDay: (on: string | null) => void }): ReactNode {
  const now = useNow(world.offset);
  const later = (days: number) => local(new Date(now.getTime() + days * 86_400_000), world.zone);
  const sunday = (7 - new Date(local(now, world.zone)).getDay()) % 7 || 7;
  const choices: [string, string | null][] = [
    ["A day later", later(1)],
    ["A week later", later(7)],
    ["Sunday night, when nobody is there", `${later(sunday).slice(0, 10)}T22:30`],
    ["Today, as on this machine", null],
  ];
  return (
    <Menu
      label="What day it is:"
      spoken
      className={`day${Math.abs(world.offset) > 60 ? " moved" : ""}`}
      placement="down wide"
      kind="dialog"
      face={
        <>
          <span aria-hidden="true">🗓️</span> {shortDay(now, world.zone)}
        </>
      }
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onDay(String(new FormData(event.currentTarget).get("on")));
            close();
          }}
        >
          <label>
            Go to ({world.zone.replace("_", " ")})
            <input type="datetime-local" name="on" defaultValue={local(now, world.zone)} required />
          </label>
          <button className="button primary">Go</button>
          <hr />
          {choices.map(([name, on]) => (
            <button key={name} type="button" className="plain" onClick={() => (close(), onDay(on))}>
              {name}
            </button>
          ))}
          <p className="hint">Onward, talks and tickets go on and due work is done. Back in time, everything begins anew.</p>
        </form>
      )}
    </Menu>
  );
}

function WeatherMenu({ weather: told }: { weather: Weather }): ReactNode {
  const [weather, setWeather] = useState(told);
  useEffect(() => setWeather(told), [told.away, told.twice, told.late, told.reversed]);
  const bad = weather.away || weather.twice || weather.reversed || weather.late > 0;
  const set = (more: Partial<Weather>) => {
    setWeather({ ...weather, ...more });
    void act("weather", { ...weather, ...more });
  };
  const ticks: [keyof Weather, string][] = [
    ["away", "Slack answers nothing (outage)"],
    ["twice", "Every event comes twice"],
    ["reversed", "Events come in the wrong order"],
  ];
  return (
    <Menu label={`Weather between Slack and Laurel: ${bad ? "bad" : "good"}`} className={`icon${bad ? " moved" : ""}`} kind="dialog" placement="up wide" face={bad ? "⛈️" : "🌤️"}>
      {(close) => (
        <div className="weather">
          <p className="menu-title">Between Slack and Laurel</p>
          {ticks.map(([name, label]) => (
            <label key={name}>
              <input type="checkbox" checked={weather[name] as boolean} onChange={(event) => set({ [name]: event.target.checked })} />
              {label}
            </label>
          ))}
          <label>
            <input type="checkbox" checked={weather.late > 0} onChange={(event) => set({ late: event.target.checked ? 3 : 0 })} />
            Everything is three seconds late
          </label>
          <hr />
          <button className="plain" onClick={() => (close(), void act("again", {}))}>
            Begin anew: an empty workspace
          </button>
        </div>
      )}
    </Menu>
  );
}

const THEMES = ["auto", "light", "dark"] as const;

function Theme(): ReactNode {
  const [theme, setTheme] = useState<string>(() => localStorage.getItem("theme") ?? "auto");
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("theme", theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme as "auto") + 1) % THEMES.length]!;
  const faces: Record<string, string> = { auto: "🌗", light: "☀️", dark: "🌙" };
  return (
    <button className="icon" aria-label={`Colours: ${theme}. Change to ${next}`} title={`Colours: ${theme}`} onClick={() => setTheme(next)}>
      {faces[theme]}
    </button>
  );
}
