/** Slack's mrkdwn, and emoji by name. */
import { createContext, Fragment, useContext, type ReactNode } from "react";
import EMOJI from "../../emoji.json";
import type { Channel, Text } from "./types";

const SIGNS = EMOJI as Record<string, string>;
export const EMOJI_NAMES = Object.keys(SIGNS);

export interface Names {
  users: Record<string, string>;
  channels: Record<string, string>;
  /** The channels that one is in, in the sidebar's order. */
  places: Channel[];
  zone: string;
}
export const NamesContext = createContext<Names>({ users: {}, channels: {}, places: [], zone: "UTC" });

export function emoji(name: string): string {
  return SIGNS[name] ?? `:${name}:`;
}

/** Emoji names as signs; everything else stays. */
export function plain(text: string): string {
  return text.replace(/:([a-z0-9_+'-]+):/g, (whole, name: string) => SIGNS[name] ?? whole);
}

function unescaped(text: string): string {
  return plain(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));
}

// What may stand inside of a line, in the order in which it is looked for.
const SPANS: [RegExp, (found: RegExpExecArray, names: Names) => ReactNode][] = [
  [/`([^`\n]+)`/, (found) => <code>{unescaped(found[1]!)}</code>],
  [/<([^<>\n]+)>/, (found, names) => angle(found[1]!, names)],
  [/(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\p{L}\p{N}*])/u, (found, names) => <strong>{spans(found[1]!, names)}</strong>],
  [/(?<![\p{L}\p{N}_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\p{L}\p{N}_])/u, (found, names) => <em>{spans(found[1]!, names)}</em>],
  [/(?<![\p{L}\p{N}~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\p{L}\p{N}~])/u, (found, names) => <s>{spans(found[1]!, names)}</s>],
];

function spans(text: string, names: Names): ReactNode {
  let best: { found: RegExpExecArray; draw: (typeof SPANS)[0][1] } | null = null;
  for (const [pattern, draw] of SPANS) {
    const found = pattern.exec(text);
    if (found && (!best || found.index < best.found.index)) best = { found, draw };
  }
  if (!best) return unescaped(text);
  const { found, draw } = best;
  return (
    <>
      {unescaped(text.slice(0, found.index))}
      {draw(found, names)}
      {spans(text.slice(found.index + found[0].length), names)}
    </>
  );
}

function angle(inside: string, names: Names): ReactNode {
  const [target = "", label] = split(inside);
  if (target.startsWith("@")) return <span className="mention">@{names.users[target.slice(1)] ?? label ?? target.slice(1)}</span>;
  if (target.startsWith("#")) return <span className="mention">#{names.channels[target.slice(1)] ?? label ?? target.slice(1)}</span>;
  if (target.startsWith("!date^")) return <time>{date(target, label ?? "", names.zone)}</time>;
  if (target.startsWith("!")) return <span className="mention">@{(label ?? target.slice(1)).replace(/^@/, "")}</span>;
  return (
    <a href={/^(https?|mailto):/.test(target) ? target.replaceAll("&amp;", "&") : undefined} target="_blank" rel="noreferrer">
      {unescaped(label ?? target)}
    </a>
  );
}

function split(inside: string): [string, string | undefined] {
  const at = inside.indexOf("|");
  return at < 0 ? [inside, undefined] : [inside.slice(0, at), inside.slice(at + 1)];
}

/** `!date^SECONDS^{date_short} at {time}`, in the viewer's zone; the fallback for what we do not know. */
function date(target: string, fallback: string, timeZone: string): string {
  const [, seconds, format = ""] = target.split("^");
  const when = new Date(Number(seconds) * 1000);
  if (Number.isNaN(when.getTime())) return fallback;
  const styles: Record<string, Intl.DateTimeFormatOptions> = {
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    date: { month: "long", day: "numeric", year: "numeric" },
    date_short: { month: "short", day: "numeric", year: "numeric" },
    date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
    time: { hour: "numeric", minute: "2-digit" },
    time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
  };
  return format.replace(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const style = styles[name.replace("_pretty", "")];
    return style ? new Intl.DateTimeFormat("en-US", { timeZone, ...style }).format(when) : whole;
  });
}

/** A text of mrkdwn: code blocks, quotes, lists as typed, and what stands in a line. */
export function Mrkdwn({ text }: { text: string }): ReactNode {
  const names = useContext(NamesContext);
  const parts = text.split(/```([\s\S]*?)```/g);
  return (
    <>
      {parts.map((part, at) =>
        at % 2 ? (
          <pre key={at}>{unescaped(part.replace(/^\n|\n$/g, ""))}</pre>
        ) : (
          <Lines key={at} text={part} names={names} />
        ),
      )}
    </>
  );
}

const SQUARES = /^[🟩🟥🟨🟦⬜⬛🟧]{4,}/u;

function Lines({ text, names }: { text: string; names: Names }): ReactNode {
  const lines = text.split("\n");
  const drawn: ReactNode[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      const quoted = [quote[1]!];
      for (let next; (next = /^(?:&gt;|>) ?(.*)$/.exec(lines[at + 1] ?? "")); at += 1) quoted.push(next[1]!);
      drawn.push(
        <blockquote key={at}>
          {quoted.map((words, number) => (
            <Fragment key={number}>
              {number > 0 && <br />}
              {spans(words, names)}
            </Fragment>
          ))}
        </blockquote>,
      );
      continue;
    }
    const strip = SQUARES.exec(line);
    drawn.push(
      <Fragment key={at}>
        {strip ? <span className="strip">{strip[0]}</span> : null}
        {spans(strip ? line.slice(strip[0].length) : line, names)}
        {at < lines.length - 1 && <br />}
      </Fragment>,
    );
  }
  return <>{drawn}</>;
}

export function Words({ text }: { text: Text }): ReactNode {
  return text.type === "mrkdwn" ? <Mrkdwn text={text.text} /> : <>{plain(text.text)}</>;
}
