/** The drawer: how a reply came about. */
import { useEffect, useState, type ReactNode } from "react";
import type { Json, Message } from "./types";

export function Happened({ message }: { message: Message }): ReactNode {
  const [told, setTold] = useState<Json>(null);
  useEffect(() => {
    setTold(null);
    const where = new URLSearchParams({ channel: message.channel, ts: message.ts });
    void fetch(`/play/happened?${where}`)
      .then((answer) => answer.json())
      .then(setTold);
  }, [message.channel, message.ts, message.edited?.ts]);
  if (!told) return <p className="hint">…</p>;
  if (told.error) return <p role="alert">{told.error}</p>;
  return (
    <div className="happened">
      <div className="figures">
        <Figure value={told.milliseconds} unit="ms" label="from the act to this message" />
        <Figure value={told.statements?.length} unit="" label="SQL statements" />
        <Figure value={told.acknowledged?.milliseconds} unit="ms" label={`until Slack heard “${told.acknowledged?.status}”`} />
      </div>
      {told.question && (
        <Part title="Asked">
          <blockquote>{told.question}</blockquote>
        </Part>
      )}
      {told.readings?.map((reading: Json, at: number) => (
        <Part key={at} title={told.readings.length > 1 ? `Read as (${at + 1})` : "Read as"}>
          {told.readings.length > 1 && <blockquote>{reading.text}</blockquote>}
          <ul className="bars">
            {reading.choices.map((choice: Json) => (
              <li key={choice.id}>
                <span>
                  <b>{choice.title}</b> <code>{choice.id}</code>
                </span>
                <meter min={0} max={1} value={choice.confidence} aria-label={`Confidence in ${choice.title}`} />
                <span className="number">{(choice.confidence * 100).toFixed(1)}%</span>
              </li>
            ))}
          </ul>
          <dl>
            <Pair name="Tier" value={reading.tier + (reading.hedged ? ", with a hedge" : "")} />
            <Pair name="Decided by" value={reading.rule.replaceAll("_", " ")} />
            <Pair name="Point" value={reading.point} />
            <Pair name="Mended" value={reading.repairs.map((one: Json) => `${one.written} → ${one.read}`).join(", ")} />
          </dl>
        </Part>
      ))}
      {told.declared && Object.keys(told.declared).length > 0 && (
        <Part title="What the asker named">
          <Facts of={told.declared} />
        </Part>
      )}
      {told.answers?.map((answer: Json, at: number) => (
        <Part key={at} title="Answered by">
          <dl>
            <Pair name="Intent" value={answer.intent} code />
            <Pair name="Kind" value={answer.kind} code />
            <Pair name="Template" value={answer.template} code />
            <Pair name="For the day" value={answer.day} />
            <Pair name="Seen by" value={answer.private ? "the asker alone" : "whoever is there"} />
          </dl>
          {Object.keys(answer.slots).length > 0 && <Facts of={answer.slots} />}
          {answer.rows.length > 0 && (
            <table className="rows">
              <caption>The verdict’s rows</caption>
              <tbody>
                {answer.rows.map((row: Json, number: number) => (
                  <tr key={number}>
                    <td className={row.status}>{{ met: "✅", unmet: "❌", unknown: "❔" }[row.status as string]}</td>
                    <th scope="row">
                      {row.label}
                      <small>{row.program}</small>
                    </th>
                    <td>{row.value}</td>
                    <td>
                      <small>{row.required}</small>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {answer.sources.length > 0 && (
            <ul className="sources">
              {answer.sources.map((source: Json) => (
                <li key={source.id}>
                  <code>{source.id}</code> {source.title}
                </li>
              ))}
            </ul>
          )}
        </Part>
      ))}
      <Part title="Within Slack’s limits">
        <dl>
          <Pair name="Blocks" value={`${told.limits.blocks[0]} of ${told.limits.blocks[1]}`} />
          <Pair name="Text" value={`${told.limits.text[0]} of ${told.limits.text[1]} characters`} />
          <Pair name="Refused" value={told.limits.problems.join("; ") || "nothing"} />
        </dl>
      </Part>
      <details>
        <summary>Payload {told.method && <code>{told.method}</code>}</summary>
        <pre tabIndex={0}>{JSON.stringify(told.payload, null, 2)}</pre>
      </details>
      {told.statements && (
        <details>
          <summary>SQL statements ({told.statements.length})</summary>
          <ol className="sql">
            {told.statements.map((statement: Json, at: number) => (
              <li key={at}>
                <code>{statement.sql}</code> <small>{statement.milliseconds} ms</small>
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Figure({ value, unit, label }: { value?: number; unit: string; label: string }): ReactNode {
  if (value === undefined) return null;
  return (
    <div>
      <b>
        {Math.round(value).toLocaleString("en")}
        {unit && <small> {unit}</small>}
      </b>
      <span>{label}</span>
    </div>
  );
}

function Pair({ name, value, code }: { name: string; value?: string | null; code?: boolean }): ReactNode {
  if (!value) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{code ? <code>{value}</code> : value}</dd>
    </>
  );
}

function Facts({ of }: { of: Record<string, Json> }): ReactNode {
  return (
    <dl>
      {Object.entries(of).map(([name, value]) => (
        <Pair key={name} name={name[0]!.toUpperCase() + name.slice(1).replaceAll("_", " ")} value={Array.isArray(value) && value.every((one) => typeof one !== "object") ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value)} />
      ))}
    </dl>
  );
}
