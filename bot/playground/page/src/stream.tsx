/** Messages, oldest first, with what can be done with each. */
import { useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { Avatar } from "./avatar";
import { Body } from "./blocks";
import { dayOf, timeOf } from "./clock";
import { Menu } from "./menu";
import { emoji, EMOJI_NAMES, NamesContext } from "./text";
import type { Json, Message, Person, Reaction, Shortcut } from "./types";

export interface Doing {
  onUse: (message: Message, block: string, state: Json) => void;
  onThread: (message: Message) => void;
  onHappened: (message: Message) => void;
  onShortcut: (shortcut: Shortcut, message: Message) => void;
  onEdit: (message: Message, text: string) => void;
  onDelete: (message: Message) => void;
  onReact: (message: Message, emoji: string) => void;
  onLink: (message: Message) => void;
  onDismiss: (message: Message) => void;
}

interface Props {
  messages: Message[];
  replies: Map<string, Message[]>;
  people: Map<string, Person>;
  me: string;
  firstUnread: string | null;
  inThread?: boolean;
  shortcuts: Shortcut[];
  doing: Doing;
  label: string;
  empty?: ReactNode;
}

const TOGETHER = 300; // seconds within which messages of one person stand under one name
const FIRST = ["white_check_mark", "+1", "eyes", "tada", "heart", "raised_hands", "pray"];
/** Emoji to react with: what people mostly take, then the others. */
const REACTIONS = [...FIRST, ...EMOJI_NAMES.slice(60).filter((name) => !FIRST.includes(name) && !name.startsWith("thumbs"))];

export function Stream({ messages, replies, people, me, firstUnread, inThread, shortcuts, doing, label, empty }: Props): ReactNode {
  const { zone } = useContext(NamesContext);
  const box = useRef<HTMLDivElement>(null);
  const low = useRef(true);
  const last = messages.at(-1)?.ts;
  useEffect(() => {
    const log = box.current;
    if (!log || !low.current) return;
    // To the end; but of an answer that is longer than the window, one wants to read the first line first.
    const [asked, newest] = [...log.querySelectorAll<HTMLElement>("article")].slice(-2);
    const first = newest && asked!.offsetHeight < log.clientHeight / 4 ? asked : newest;
    log.scrollTop = Math.min(log.scrollHeight, first && !inThread ? first.offsetTop - 6 : Infinity);
    low.current = true;
  }, [messages, last]);
  return (
    <div
      className="stream"
      role="log"
      aria-label={label}
      tabIndex={0}
      ref={box}
      onWheel={() => void (low.current = false)}
      onScroll={({ currentTarget: log }) => {
        if (log.scrollHeight - log.scrollTop - log.clientHeight < 80) low.current = true;
      }}
    >
      <div className="filler" />
      {messages.length === 0 && empty}
      {messages.map((message, at) => {
        const before = messages[at - 1];
        const day = dayOf(message.ts, zone);
        const newDay = !inThread && (!before || dayOf(before.ts, zone) !== day);
        const joined =
          !newDay && !!before && before.user === message.user && !message.blocks?.length && !before.ephemeral === !message.ephemeral &&
          Number(message.ts) - Number(before.ts) < TOGETHER && !(inThread && at === 1);
        return (
          <div key={`${message.ts}${message.ephemeral}`}>
            {newDay && (
              <div className="date">
                <span>{day}</span>
              </div>
            )}
            {message.ts === firstUnread && (
              <div className="new" role="separator" aria-label="New messages">
                <span>New</span>
              </div>
            )}
            <OneMessage
              message={message}
              person={people.get(message.user ?? "") ?? people.get("U0LAUREL")!}
              joined={joined && message.ts !== firstUnread}
              mine={message.user === me}
              me={me}
              replies={inThread ? [] : (replies.get(message.ts) ?? [])}
              people={people}
              shortcuts={shortcuts}
              doing={doing}
            />
          </div>
        );
      })}
    </div>
  );
}

interface OneProps {
  message: Message;
  person: Person;
  joined: boolean;
  mine: boolean;
  me: string;
  replies: Message[];
  people: Map<string, Person>;
  shortcuts: Shortcut[];
  doing: Doing;
}

function OneMessage({ message, person, joined, mine, me, replies, people, shortcuts, doing }: OneProps): ReactNode {
  const { zone } = useContext(NamesContext);
  const [editing, setEditing] = useState(false);
  const ours = person.role === "app";
  const time = timeOf(message.ts, zone);
  return (
    <article className={`message${joined ? " joined" : ""}${message.ephemeral ? " ephemeral" : ""}`} aria-label={`${person.name}, ${time}`}>
      <div className="gutter">{joined ? <time>{time.replace(/ [AP]M/, "")}</time> : <Avatar name={person.name} app={ours} />}</div>
      <div className="content">
        {!joined && (
          <header>
            <b>{person.name}</b>
            {ours && <span className="tag">APP</span>}
            <time>{time}</time>
          </header>
        )}
        {message.ephemeral && <p className="hint">👁 Only visible to you</p>}
        {editing ? (
          <Editing
            text={message.text}
            onDone={(text) => {
              setEditing(false);
              if (text !== null && text !== message.text) doing.onEdit(message, text);
            }}
          />
        ) : (
          <Body text={message.text} blocks={message.blocks ?? []} onUse={(block, state) => doing.onUse(message, block, state)} />
        )}
        {message.edited && <span className="hint"> (edited)</span>}
        {message.files?.map((file) =>
          file.mimetype.startsWith("image/") ? (
            <img key={file.id} className="picture" src={`/play/file/${file.id}`} alt={file.title ?? file.name} />
          ) : (
            <a key={file.id} className="file" href={`/play/file/${file.id}`} download={file.name}>
              📎 <b>{file.name}</b> <small>{size(file.size)}</small>
            </a>
          ),
        )}
        {message.reactions && (
          <div className="reactions" role="group" aria-label="Reactions">
            {message.reactions.map((one) => (
              <Reacted key={one.name} reaction={one} me={me} people={people} onReact={() => doing.onReact(message, one.name)} />
            ))}
          </div>
        )}
        {replies.length > 0 && (
          <button className="replies" onClick={() => doing.onThread(message)}>
            {[...new Set(replies.map((reply) => reply.user ?? "U0LAUREL"))].slice(0, 3).map((user) => {
              const who = people.get(user);
              return <Avatar key={user} small name={who?.name ?? user} app={who?.role === "app"} />;
            })}
            <b>
              {replies.length} {replies.length === 1 ? "reply" : "replies"}
            </b>
            <small>Last at {timeOf(replies.at(-1)!.ts, zone)}</small>
          </button>
        )}
      </div>
      <div className="tools" role="toolbar" aria-label="Message actions">
        {ours && (
          <button onClick={() => doing.onHappened(message)} aria-label="What happened" title="What happened">
            🔍
          </button>
        )}
        {!message.ephemeral && (
          <Menu label="Add a reaction" face="☺" placement="emoji">
            {(close) =>
              REACTIONS.map((name) => (
                <button key={name} role="menuitem" aria-label={spoken(name)} title={`:${name}:`} onClick={() => (close(), doing.onReact(message, name))}>
                  {emoji(name)}
                </button>
              ))
            }
          </Menu>
        )}
        {!message.ephemeral && (
          <button onClick={() => doing.onThread(message)} aria-label="Reply in thread" title="Reply in thread">
            💬
          </button>
        )}
        <Menu label="More" face="⋮" placement="left">
          {(close) => (
            <>
              {!message.ephemeral &&
                shortcuts.map((shortcut) => (
                  <button key={shortcut.callback_id} role="menuitem" onClick={() => (close(), doing.onShortcut(shortcut, message))}>
                    {shortcut.name}
                  </button>
                ))}
              {mine && (
                <>
                  <button role="menuitem" onClick={() => (close(), doing.onLink(message))}>
                    Copy a link that says this
                  </button>
                  <button role="menuitem" onClick={() => (close(), setEditing(true))}>
                    Edit
                  </button>
                  <button role="menuitem" onClick={() => (close(), doing.onDelete(message))}>
                    Delete
                  </button>
                </>
              )}
              {message.ephemeral && (
                <button role="menuitem" onClick={() => doing.onDismiss(message)}>
                  Dismiss
                </button>
              )}
            </>
          )}
        </Menu>
      </div>
    </article>
  );
}

/** An emoji below a message; pressed, mine is added or taken back. */
function Reacted({ reaction, me, people, onReact }: { reaction: Reaction; me: string; people: Map<string, Person>; onReact: () => void }): ReactNode {
  const names = reaction.users.map((user) => (user === me ? "you" : (people.get(user)?.name ?? user))).join(", ");
  return (
    <button
      className="reaction"
      aria-pressed={reaction.users.includes(me)}
      title={`${names} reacted with :${reaction.name}:`}
      onClick={onReact}
    >
      <span aria-hidden="true">{emoji(reaction.name)}</span> {reaction.count}
      <span className="heard"> {`${spoken(reaction.name)}: ${names}`}</span>
    </button>
  );
}

function spoken(name: string): string {
  return name.replaceAll("_", " ");
}

function Editing({ text, onDone }: { text: string; onDone: (text: string | null) => void }): ReactNode {
  const [words, setWords] = useState(text);
  return (
    <div className="editing">
      <textarea
        autoFocus
        aria-label="Edit the message"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone(null);
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            onDone(words.trim());
          }
        }}
      />
      <button className="button" onClick={() => onDone(null)}>
        Cancel
      </button>
      <button className="button primary" onClick={() => onDone(words.trim())}>
        Save
      </button>
    </div>
  );
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
