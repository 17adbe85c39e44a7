/** What somebody has not read yet, by channel; kept in this browser. */
import { useEffect, useRef, useState } from "react";
import type { Message } from "./types";

export function useUnread(
  user: string,
  world: number,
  channel: string,
  messages: Message[],
  looking: boolean,
): { unread: Record<string, number>; firstUnread: string | null } {
  const key = (place: string) => `read ${world} ${user} ${place}`;
  const read = (place: string) => localStorage.getItem(key(place)) ?? "0";
  const [, again] = useState(0);
  const mark = useRef<{ key: string; ts: string | null }>({ key: "", ts: null });
  const others = messages.filter((message) => message.user !== user);

  // Where the line "New" stands: fixed when the channel is opened.
  if (mark.current.key !== key(channel) && world) {
    const since = read(channel);
    const first = others.find((message) => message.channel === channel && message.ts > since && !message.thread_ts);
    mark.current = { key: key(channel), ts: since === "0" ? null : (first?.ts ?? null) };
  }

  const latest = messages.findLast((message) => message.channel === channel)?.ts ?? "0";
  useEffect(() => {
    if (!looking || !channel || document.hidden || latest <= read(channel)) return;
    localStorage.setItem(key(channel), latest);
    again((count) => count + 1);
  }, [user, world, channel, latest, looking]);

  const unread: Record<string, number> = {};
  for (const message of others)
    if (message.ts > read(message.channel) && message.channel !== channel) unread[message.channel] = (unread[message.channel] ?? 0) + 1;
  return { unread, firstUnread: mark.current.ts };
}
