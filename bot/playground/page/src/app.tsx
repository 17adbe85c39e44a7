/** The page: sidebar, conversation, and at the right a thread or what happened. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import * as address from "./address";
import { Blocks } from "./blocks";
import { local } from "./clock";
import { Composer } from "./composer";
import { Happened } from "./happened";
import { act, useLive } from "./live";
import { Modal } from "./modal";
import { Sidebar } from "./sidebar";
import { Stream, type Doing } from "./stream";
import { NamesContext } from "./text";
import type { Json, Message, Person, World } from "./types";
import { useUnread } from "./unread";

type Side = { kind: "thread" | "happened"; message: Message } | null;

const PLAIN = "Laurel did not answer in time. Nothing is lost: try again.";

export function App(): ReactNode {
  const first = useMemo(address.read, []);
  const [user, setUser] = useState(first.as);
  const [wanted, setWanted] = useState<string | null>(first.in);
  const [on, setOn] = useState(first.on);
  const [tab, setTab] = useState<"messages" | "home">("messages");
  const [side, setSide] = useState<Side>(null);
  const [toast, setToast] = useState("");
  const [menu, setMenu] = useState(false);
  const [dismissed, setDismissed] = useState<Set<string>>(new Set());
  const [dropped, setDropped] = useState<File[]>([]);
  const [over, setOver] = useState(false);
  const live = useLive(user);
  const { world } = live;

  const people = useMemo(() => new Map<string, Person>(world?.people.map((one) => [one.user, one]) ?? []), [world]);
  const names = useMemo(
    () => ({
      users: Object.fromEntries([...people.values()].map((one) => [one.user, one.name])),
      channels: Object.fromEntries(world?.channels.map((one) => [one.id, one.name]) ?? []),
      places: world?.channels.filter((one) => !one.dm) ?? [],
      zone: world?.zone ?? "UTC",
    }),
    [people, world],
  );
  const dm = world?.channels.find((one) => one.dm)?.id ?? "";
  const place = world?.channels.find((one) => one.id === wanted || one.name === wanted) ?? world?.channels.find((one) => one.dm);
  const channel = place?.id ?? "";
  const shown = live.messages.filter((message) => !dismissed.has(message.ts));
  const here = shown.filter((message) => message.channel === channel);
  const tops = here.filter((message) => !message.thread_ts || message.thread_ts === message.ts);
  const replies = useMemo(() => threads(shown), [live.messages, dismissed]);
  const { unread, firstUnread } = useUnread(user, world?.number ?? 0, channel, shown, tab === "messages");

  const done = useCallback(async (name: string, given: Json): Promise<Json> => {
    try {
      const answer = await act(name, given);
      if (answer.status !== undefined && answer.status !== 200) setToast(PLAIN);
      return answer;
    } catch (error) {
      setToast((error as Error).message);
      return {};
    }
  }, []);

  // What a link asks for, once: first the day, then the words.
  const asked = useRef(false);
  useEffect(() => {
    if (!world || asked.current || !place) return;
    asked.current = true;
    void (async () => {
      if (first.on && !isThere(first.on, world)) await done("day", { on: first.on });
      if (first.say) await say(first.say, []);
    })();
  }, [world]);

  useEffect(() => address.write({ as: user, on, in: place && !place.dm ? place.name : null }), [user, on, place?.id]);
  useEffect(() => void (channel && channel === dm && done("home", { user, tab: tab })), [user, channel, dm, tab, world?.number]);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setToast(""), 6000);
    return () => clearTimeout(timer);
  }, [toast]);
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) setSide(null);
      if (!event.altKey || !["ArrowDown", "ArrowUp"].includes(event.key) || !world) return;
      event.preventDefault();
      const at = world.channels.findIndex((one) => one.id === channel);
      const to = at + (event.key === "ArrowDown" ? 1 : -1);
      go(world.channels[(to + world.channels.length) % world.channels.length]!.id);
    };
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  });

  if (!world || !place)
    return (
      <main className="waiting">
        <h1>Laurel’s playground</h1>
        <p role="status">{live.problem ?? "Laurel is waking up…"}</p>
      </main>
    );

  const me = people.get(user) ?? [...people.values()][0]!;

  function go(to: string): void {
    setWanted(to);
    setTab("messages");
    setSide(null);
    setMenu(false);
  }

  async function say(text: string, files: string[], thread?: string): Promise<void> {
    if (/^\/[a-z]/.test(text) && !files.length) {
      await done("command", { user, channel, text });
      return;
    }
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    await act("say", { user, channel, thread, files, text: escaped.replace(/@laurel\b/gi, "<@U0LAUREL>") });
  }

  const doing: Doing = {
    onUse: (message, block, element) =>
      void done("press", { user, in: "message", channel: message.channel, ts: message.ts, block, element }),
    onThread: (message) => setSide({ kind: "thread", message }),
    onHappened: (message) => setSide({ kind: "happened", message }),
    onShortcut: (shortcut, message) =>
      void done("shortcut", { user, callback: shortcut.callback_id, channel: message.channel, ts: message.ts }),
    onEdit: (message, text) => void done("edit", { user, channel: message.channel, ts: message.ts, text }),
    onDelete: (message) => void done("delete", { user, channel: message.channel, ts: message.ts }),
    onReact: (message, emoji) => void done("react", { user, channel: message.channel, ts: message.ts, emoji }),
    onLink: (message) =>
      void navigator.clipboard
        .writeText(address.link({ as: user, on, in: place.dm ? null : place.name, say: message.text }))
        .then(() => setToast("The link is copied.")),
    onDismiss: (message) => setDismissed(new Set([...dismissed, message.ts])),
  };
  const common = { people, me: user, replies, shortcuts: world.shortcuts.filter((one) => one.type === "message"), doing };
  const globals = world.shortcuts.filter((one) => one.type === "global");
  const name = place.dm ? "Laurel" : `#${place.name}`;
  const root = side && (shown.find((one) => one.ts === (side.message.thread_ts ?? side.message.ts)) ?? side.message);
  const talk = side?.kind === "thread" && root ? [root, ...(replies.get(root.ts) ?? [])] : [];

  return (
    <NamesContext value={names}>
      <div className={`page${side ? " sided" : ""}${menu ? " menued" : ""}`}>
        <Sidebar
          world={world}
          me={me}
          channel={channel}
          unread={unread}
          onChannel={go}
          onPerson={(to) => {
            setUser(to);
            setSide(null);
            setMenu(false);
            setTab("messages");
            if (place.dm) setWanted(null);
          }}
          onDay={(to) => {
            setOn(to);
            setSide(null);
            void done("day", { on: to });
          }}
        />
        {menu && <button className="veil" aria-label="Close the menu" onClick={() => setMenu(false)} />}
        <main
          className={over ? "over" : ""}
          onDragOver={(event) => (event.preventDefault(), setOver(true))}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            setDropped([...event.dataTransfer.files]);
          }}
        >
          <header className="top">
            <button className="icon burger" aria-label="Channels and people" onClick={() => setMenu(true)}>
              ☰
            </button>
            <h1>{place.dm ? "Laurel" : <><span aria-hidden="true">{place.private ? "🔒 " : "# "}</span>{place.name}</>}</h1>
            {place.dm ? (
              <div className="tabs" role="tablist" aria-label="Laurel">
                {(["messages", "home"] as const).map((one) => (
                  <button key={one} role="tab" aria-selected={tab === one} onClick={() => setTab(one)}>
                    {one === "home" ? "Home" : "Messages"}
                  </button>
                ))}
              </div>
            ) : (
              <p className="topic">{place.topic}</p>
            )}
            <span className="who-small" title={`You are ${me.name}`}>
              {me.name}
            </span>
          </header>
          {world.weather.away && (
            <p className="outage" role="status">
              Slack answers nothing at the moment. What Laurel has to say waits, and comes when the weather is good again.
            </p>
          )}
          {!live.connected && (
            <p className="outage" role="status">
              {live.problem ?? "The playground does not answer. This page comes back when it does."}
            </p>
          )}
          {tab === "home" && place.dm ? (
            <div className="home" tabIndex={0} role="region" aria-label="App Home">
              {live.home ? (
                <Blocks blocks={live.home.blocks} onUse={(block, element) => void done("press", { user, in: "home", block, element })} />
              ) : (
                <p className="hint">…</p>
              )}
            </div>
          ) : (
            <>
              <Stream
                key={`${user}${channel}${world.number}`}
                {...common}
                messages={tops}
                firstUnread={firstUnread}
                label={`Messages in ${name}`}
                empty={<Welcome dm={place.dm} name={name} topic={place.topic} me={me} />}
              />
              {place.dm && tops.length === 0 && live.prompts.length > 0 && (
                <div className="prompts" role="group" aria-label="Suggested questions">
                  {live.prompts.map((prompt) => (
                    <button key={prompt.title} onClick={() => void say(prompt.message, [])}>
                      {prompt.title}
                    </button>
                  ))}
                </div>
              )}
              <Composer
                user={user}
                place={name}
                draftKey={`${user} ${channel}`}
                shortcuts={globals}
                dropped={dropped}
                autoFocus
                onShortcut={(shortcut) => void done("shortcut", { user, callback: shortcut.callback_id })}
                onSay={(text, files) => say(text, files)}
              />
            </>
          )}
        </main>
        {side && root && (
          <aside aria-label={side.kind === "thread" ? "Thread" : "What happened"}>
            <header className="top">
              <h2>{side.kind === "thread" ? "Thread" : "What happened"}</h2>
              <button className="icon" aria-label="Close" onClick={() => setSide(null)}>
                ×
              </button>
            </header>
            {side.kind === "thread" ? (
              <>
                <Stream {...common} key={root.ts} messages={talk} firstUnread={null} inThread label="Thread" />
                <Composer
                  user={user}
                  place="the thread"
                  draftKey={`${user} ${root.ts}`}
                  shortcuts={[]}
                  autoFocus
                  onShortcut={() => undefined}
                  onSay={(text, files) => say(text, files, root.ts)}
                />
              </>
            ) : (
              <div className="drawer" tabIndex={0} role="region" aria-label="How this reply came about">
                <Happened message={side.message} />
              </div>
            )}
          </aside>
        )}
        {live.modal && (
          <Modal
            key={live.modal.view.id}
            view={live.modal.view}
            depth={live.modal.depth}
            user={user}
            onClose={() => void done("close", { user })}
            onUse={(block, element, values) => void done("press", { user, in: "modal", block, element, values })}
            onSubmit={(values) => done("submit", { user, values })}
          />
        )}
        <div className="toast" role="status" aria-live="polite">
          {toast && <span>{toast}</span>}
        </div>
      </div>
    </NamesContext>
  );
}

/** Whether it is that day already, at that time or later: a page that is loaded again begins nothing anew. */
function isThere(on: string, world: World): boolean {
  const now = local(new Date(Date.now() + world.offset * 1000), world.zone);
  return now.slice(0, 10) === on.slice(0, 10) && now >= on.slice(0, now.length);
}

function threads(messages: Message[]): Map<string, Message[]> {
  const found = new Map<string, Message[]>();
  for (const message of messages)
    if (message.thread_ts && message.thread_ts !== message.ts)
      found.set(message.thread_ts, [...(found.get(message.thread_ts) ?? []), message]);
  return found;
}

function Welcome({ dm, name, topic, me }: { dm: boolean; name: string; topic: string; me: Person }): ReactNode {
  return (
    <div className="welcome">
      <h2>{dm ? "Ask Laurel anything about your work here" : name}</h2>
      <p>
        {dm
          ? `You are ${me.name}: ${me.about}. Ask as you would in Slack, or begin with one of these.`
          : topic}
      </p>
    </div>
  );
}
