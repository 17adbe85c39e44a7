/** A modal of the app's: its fields are kept while the app changes the view, and errors stand beside them. */
import { useId, useState, type ReactNode } from "react";
import { Blocks } from "./blocks";
import { initial } from "./elements";
import { Input } from "./input";
import { plain } from "./text";
import type { Block, Json, Values, View } from "./types";

interface Props {
  view: View;
  depth: number;
  user: string;
  onClose: () => void;
  onUse: (block: string, state: Json, values: Values) => void;
  onSubmit: (values: Values) => Promise<Json>;
}

export function Modal({ view, depth, user, onClose, onUse, onSubmit }: Props): ReactNode {
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const title = useId();

  const inputs = view.blocks.filter((block) => block.type === "input");
  const all = (): Values =>
    Object.fromEntries(
      inputs.map((block) => {
        const element = block.element!;
        return [block.block_id!, { [element.action_id]: values[block.block_id!]?.[element.action_id] ?? initial(element) }];
      }),
    );

  function change(block: Block, state: Json): void {
    const next = { ...all(), [block.block_id!]: { [block.element!.action_id]: state } };
    setValues(next);
    setErrors(({ [block.block_id!]: _, ...rest }) => rest);
    if (block.dispatch_action) onUse(block.block_id!, { ...state, action_id: block.element!.action_id }, next);
  }

  async function submit(event: React.FormEvent): Promise<void> {
    event.preventDefault();
    const wanted = inputs.filter((block) => !block.optional && isEmpty(all()[block.block_id!]![block.element!.action_id]));
    if (wanted.length) {
      setErrors(Object.fromEntries(wanted.map((block) => [block.block_id!, "Please complete this required field."])));
      return;
    }
    setBusy(true);
    try {
      const answer = await onSubmit(all());
      setErrors(answer.errors ?? (answer.status === 200 ? {} : { "": "We had some trouble connecting. Try again?" }));
    } finally {
      setBusy(false);
    }
  }

  return (
    <dialog
      className="modal"
      aria-labelledby={title}
      ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form onSubmit={(event) => void submit(event)} noValidate>
        <header>
          <h2 id={title}>{plain(view.title?.text ?? "")}</h2>
          <button type="button" className="icon" aria-label={depth > 1 ? "Back" : "Close"} onClick={onClose}>
            {depth > 1 ? "←" : "×"}
          </button>
        </header>
        <div className="inside" tabIndex={0} role="group" aria-labelledby={title}>
          {view.blocks.map((block, at) =>
            block.type === "input" ? (
              <Input
                key={block.block_id}
                block={block}
                user={user}
                state={values[block.block_id!]?.[block.element!.action_id]}
                error={errors[block.block_id!]}
                onState={(state) => change(block, state)}
              />
            ) : (
              <Blocks key={block.block_id ?? `at ${at}`} blocks={[block]} onUse={(name, state) => onUse(name, state, all())} />
            ),
          )}
          {errors[""] && <p role="alert">{errors[""]}</p>}
        </div>
        <footer>
          <button type="button" className="button" onClick={onClose}>
            {plain(view.close?.text ?? "Cancel")}
          </button>
          {view.submit && (
            <button className="button primary" disabled={busy}>
              {plain(view.submit.text)}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

function isEmpty(state: Json): boolean {
  const { type: _, ...rest } = state;
  return Object.values(rest).every((value) => value === null || value === "" || (Array.isArray(value) && !value.length));
}
