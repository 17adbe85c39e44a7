/** The workspace as one person sees it, kept up by server-sent events. */
import { useEffect, useMemo, useState } from "react";
import type { Json, Message, View, World } from "./types";

export interface Live {
  world: World | null;
  messages: Message[];
  home: View | null;
  modal: { depth: number; view: View } | null;
  prompts: { title: string; message: string }[];
  connected: boolean;
  problem: string | null;
}

type Items = ReadonlyMap<string, Json>;

export function useLive(user: string): Live {
  const [items, setItems] = useState<Items>(new Map());
  const [connected, setConnected] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const source = new EventSource(`/play/events?as=${encodeURIComponent(user)}`);
    let first = true;
    source.onmessage = (event) => {
      const told = JSON.parse(event.data) as { set: Record<string, Json>; gone: string[] };
      const fresh = first;
      first = false;
      setConnected(true);
      setProblem(null);
      setItems((old) => {
        const next = new Map(fresh ? [] : old);
        for (const key of told.gone) next.delete(key);
        for (const [key, value] of Object.entries(told.set)) next.set(key, value);
        return next;
      });
    };
    source.onerror = () => {
      setConnected(false);
      first = true;
      if (source.readyState === EventSource.CLOSED)
        fetch(`/play/events?as=${encodeURIComponent(user)}`)
          .then(async (answer) => setProblem(answer.ok ? null : await answer.text()))
          .catch(() => setProblem(null));
    };
    return () => source.close();
  }, [user]);

  return useMemo(() => {
    const messages: Message[] = [];
    for (const [key, value] of items) {
      if (key.startsWith("m:")) messages.push({ ...value, channel: key.split(":")[1] });
      else if (key.startsWith("e:")) messages.push(value);
    }
    messages.sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
    return {
      world: items.get("world") ?? null,
      messages,
      home: items.get("home") ?? null,
      modal: items.get("modal") ?? null,
      prompts: items.get("prompts") ?? [],
      connected,
      problem,
    };
  }, [items, connected, problem]);
}

/** Do something; what the server refuses is thrown with its reason. */
export async function act(name: string, given: Json): Promise<Json> {
  const answer = await fetch(`/play/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(given),
  });
  const body = await answer.json().catch(() => ({ error: `status ${answer.status}` }));
  if (!answer.ok) throw new Error(body.error ?? `status ${answer.status}`);
  return body;
}

export async function drop(user: string, file: File): Promise<Json> {
  const answer = await fetch(`/play/drop?as=${user}&name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    body: file,
  });
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer.json();
}
