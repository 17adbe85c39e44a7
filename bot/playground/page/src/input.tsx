/** A field with its label, hint and error. */
import { useId, type ReactNode } from "react";
import { Field } from "./elements";
import { plain } from "./text";
import type { Block, Json } from "./types";

interface Props {
  block: Block;
  state: Json;
  error?: string;
  user?: string;
  onState: (state: Json) => void;
  onEnter?: () => void;
}

export function Input({ block, state, error, user, onState, onEnter }: Props): ReactNode {
  const id = useId();
  const grouped = ["radio_buttons", "checkboxes", "multi_static_select", "multi_channels_select", "multi_conversations_select"].includes(block.element!.type);
  const words = (
    <>
      {plain(block.label!.text)}
      {block.optional && <span className="hint"> (optional)</span>}
    </>
  );
  return (
    <div
      className={`input${error ? " wrong" : ""}`}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !onEnter || block.element!.multiline) return;
        event.preventDefault();
        onEnter();
      }}
    >
      {grouped ? (
        <span className="label" id={`${id}l`}>
          {words}
        </span>
      ) : (
        <label className="label" id={`${id}l`} htmlFor={id}>
          {words}
        </label>
      )}
      <Field
        element={block.element!}
        state={state}
        onState={onState}
        id={id}
        user={user}
        invalid={!!error}
        optional={block.optional}
        labelledBy={`${id}l`}
        describedBy={`${id}h ${id}e`}
      />
      {error && (
        <p className="error" id={`${id}e`} role="alert">
          {error}
        </p>
      )}
      {block.hint && (
        <p className="hint" id={`${id}h`}>
          {plain(block.hint.text)}
        </p>
      )}
    </div>
  );
}
