/**
 * Block Kit, drawn. What Laurel's replies are made of is drawn here, so that its controls work and a screen reader
 * hears tables as tables; the rarer blocks are slack-blocks-to-jsx's, which is fetched when one comes.
 */
import { lazy, Suspense, useState, type ReactNode } from "react";
import { Control, type Use } from "./elements";
import { Input } from "./input";
import { Mrkdwn, plain, Words } from "./text";
import type { Block, Cell, Json } from "./types";

const Rare = lazy(() => import("./rare"));

export type OnUse = (block: string, state: Json) => void;

export function Blocks({ blocks, onUse }: { blocks: Block[]; onUse: OnUse }): ReactNode {
  return (
    <div className="blocks">
      {blocks.map((block, at) => (
        <OneBlock key={block.block_id ?? at} block={block} onUse={(state) => onUse(block.block_id ?? "", state)} />
      ))}
    </div>
  );
}

function OneBlock({ block, onUse }: { block: Block; onUse: Use }): ReactNode {
  switch (block.type) {
    case "section":
      return <Section block={block} onUse={onUse} />;
    case "header":
      return <h3 className="header">{plain(block.text!.text)}</h3>;
    case "divider":
      return <hr />;
    case "context":
      return (
        <div className="context">
          {block.elements!.map((element, at) =>
            element.type === ("image" as string) ? (
              <img key={at} src={element.image_url} alt={element.alt_text} />
            ) : (
              <span key={at}>
                <Words text={element} />
              </span>
            ),
          )}
        </div>
      );
    case "actions":
    case "context_actions":
      return (
        <div className="actions">
          {block.elements!.map((element) => (
            <Control key={element.action_id} element={element} onUse={onUse} />
          ))}
        </div>
      );
    case "table":
      return <Table rows={block.rows!} />;
    case "image":
      return <img className="picture" src={pictured(block)} alt={block.alt_text} />;
    case "input":
      return <Asking key={block.block_id} block={block} onUse={onUse} />;
    default:
      return (
        <Suspense fallback={<p className="hint">…</p>}>
          <Rare block={block} />
        </Suspense>
      );
  }
}

/** A field outside of a modal: a text is told at Enter, a choice at once. */
function Asking({ block, onUse }: { block: Block; onUse: Use }): ReactNode {
  const [state, setState] = useState<Json>(null);
  const element = block.element!;
  const told = (now: Json) => onUse({ ...now, type: element.type, action_id: element.action_id });
  const typed = element.type.endsWith("_input");
  return (
    <Input
      block={block}
      state={state}
      onState={(now) => (setState(now), typed || told(now))}
      onEnter={typed ? () => told(state ?? { value: element.initial_value ?? null }) : undefined}
    />
  );
}

function Section({ block, onUse }: { block: Block; onUse: Use }): ReactNode {
  const accessory = block.accessory;
  return (
    <div className={`section${accessory ? " with" : ""}`}>
      <div className="grow">
        {block.text && (
          <div className="words">
            <Words text={block.text} />
          </div>
        )}
        {block.fields && (
          <div className="fields">
            {block.fields.map((field, at) => (
              <div key={at}>
                <Words text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory &&
        (accessory.type === "image" ? (
          <img src={accessory.image_url} alt={accessory.alt_text} />
        ) : (
          <Control element={accessory} onUse={onUse} />
        ))}
    </div>
  );
}

function Table({ rows }: { rows: Cell[][] }): ReactNode {
  const [head, ...body] = rows;
  return (
    <div className="table" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head!.map((cell, at) => (
              <th key={at} scope="col">
                <CellWords cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, number) => (
            <tr key={number}>
              {row.map((cell, at) =>
                at ? (
                  <td key={at}>
                    <CellWords cell={cell} />
                  </td>
                ) : (
                  <th key={at} scope="row">
                    <CellWords cell={cell} />
                  </th>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellWords({ cell }: { cell: Cell }): ReactNode {
  if (cell.type !== "rich_text") return <>{plain(cell.text ?? String(cell.value ?? ""))}</>;
  return cell.elements!.map((part, at) => (
    <span key={at}>
      {part.elements?.map((item: Json, number: number) => {
        const words = item.type === "emoji" ? plain(`:${item.name}:`) : plain(item.text ?? item.url ?? "");
        const drawn = item.type === "link" ? <a href={item.url} target="_blank" rel="noreferrer">{words}</a> : words;
        return <span key={number} className={Object.keys(item.style ?? {}).map((name) => `is-${name}`).join(" ")}>{drawn}</span>;
      })}
    </span>
  ));
}

function pictured(block: Block): string | undefined {
  return block.slack_file?.id ? `/play/file/${block.slack_file.id}` : block.image_url;
}

/** A message without blocks: its text. */
export function Body({ text, blocks, onUse }: { text: string; blocks: Block[]; onUse: OnUse }): ReactNode {
  if (blocks.length) return <Blocks blocks={blocks} onUse={onUse} />;
  return text ? (
    <div className="words">
      <Mrkdwn text={text} />
    </div>
  ) : null;
}
