/** Block Kit's controls. Each tells what Slack would send of it: `{type, action_id, value | selected_…}`. */
import { useContext, useId, useRef, useState, type ReactNode } from "react";
import { drop } from "./live";
import { Menu } from "./menu";
import { NamesContext, plain, Words } from "./text";
import type { Channel, Confirm, Element, FileShown, Json, Option } from "./types";

export type Use = (state: Json) => void;

const used = (element: Element, more: Json): Json => ({ type: element.type, action_id: element.action_id, ...more });

export function Control({ element, onUse }: { element: Element; onUse: Use }): ReactNode {
  switch (element.type) {
    case "button":
      return <Button element={element} onUse={onUse} />;
    case "overflow":
      return (
        <Menu label="More actions" face="⋯" className="button square">
          {(close) =>
            element.options?.map((option) => (
              <button
                key={option.value}
                role="menuitem"
                onClick={() => (close(), onUse(used(element, { selected_option: option })))}
              >
                {plain(option.text.text)}
              </button>
            ))
          }
        </Menu>
      );
    case "feedback_buttons":
      return (
        <>
          {([element.positive_button, element.negative_button] as Element[]).map((button) => (
            <button key={button.value} className="button" onClick={() => onUse(used(element, { text: button.text, value: button.value }))}>
              {plain(button.text!.text)}
            </button>
          ))}
        </>
      );
    default:
      return <Field element={element} state={null} onState={onUse} bare />;
  }
}

function Button({ element, onUse }: { element: Element; onUse: Use }): ReactNode {
  const [asking, setAsking] = useState(false);
  const send = () => {
    if (element.url) window.open(element.url, "_blank", "noreferrer");
    onUse(used(element, { text: element.text, value: element.value ?? "" }));
  };
  return (
    <>
      <button
        className={`button ${element.style ?? ""}`}
        aria-label={element.accessibility_label}
        onClick={() => (element.confirm ? setAsking(true) : send())}
      >
        {plain(element.text!.text)}
      </button>
      {asking && (
        <Confirming
          confirm={element.confirm!}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) send();
          }}
        />
      )}
    </>
  );
}

function Confirming({ confirm, onAnswer }: { confirm: Confirm; onAnswer: (yes: boolean) => void }): ReactNode {
  const title = useId();
  return (
    <dialog
      className="modal small"
      aria-labelledby={title}
      ref={(dialog) => void (dialog && !dialog.open && dialog.showModal())}
      onCancel={() => onAnswer(false)}
    >
      <h2 id={title}>{plain(confirm.title.text)}</h2>
      <p>
        <Words text={confirm.text} />
      </p>
      <footer>
        <button className="button" onClick={() => onAnswer(false)}>
          {plain(confirm.deny.text)}
        </button>
        <button className="button primary" onClick={() => onAnswer(true)}>
          {plain(confirm.confirm.text)}
        </button>
      </footer>
    </dialog>
  );
}

/** What a field holds before anybody touches it, as Slack would send it. */
export function initial(element: Element): Json {
  const state: Json = { type: element.type };
  switch (element.type) {
    case "static_select":
    case "radio_buttons":
      state.selected_option = element.initial_option ?? null;
      break;
    case "multi_static_select":
    case "checkboxes":
      state.selected_options = element.initial_options ?? [];
      break;
    case "datepicker":
      state.selected_date = element.initial_date ?? null;
      break;
    case "timepicker":
      state.selected_time = element.initial_time ?? null;
      break;
    case "users_select":
      state.selected_user = element.initial_user ?? null;
      break;
    case "channels_select":
      state.selected_channel = element.initial_channel ?? null;
      break;
    case "conversations_select":
      state.selected_conversation = element.initial_conversation ?? null;
      break;
    case "multi_channels_select":
      state.selected_channels = element.initial_channels ?? [];
      break;
    case "multi_conversations_select":
      state.selected_conversations = element.initial_conversations ?? [];
      break;
    case "file_input":
      state.files = [];
      break;
    default:
      state.value = element.initial_value ?? null;
  }
  return state;
}

interface FieldProps {
  element: Element;
  state: Json;
  onState: Use;
  id?: string;
  describedBy?: string;
  invalid?: boolean;
  optional?: boolean;
  /** In a message: the control has no label of its own beside it. */
  bare?: boolean;
  user?: string;
  labelledBy?: string;
}

export function Field(props: FieldProps): ReactNode {
  const { element, onState, bare } = props;
  const state = props.state ?? initial(element);
  const { users, places } = useContext(NamesContext);
  const set = (more: Json) => onState({ ...(bare ? { action_id: element.action_id } : {}), type: element.type, ...more });
  const common = {
    id: props.id,
    "aria-describedby": props.describedBy,
    "aria-invalid": props.invalid || undefined,
    "aria-label": bare ? plain(element.placeholder?.text ?? "Choose") : undefined,
  };
  switch (element.type) {
    case "static_select":
      return (
        <select
          {...common}
          value={state.selected_option?.value ?? ""}
          onChange={(event) => set({ selected_option: choice(element, event.target.value) })}
        >
          <option value="" disabled>
            {plain(element.placeholder?.text ?? "Choose an option")}
          </option>
          <Choices element={element} />
        </select>
      );
    case "users_select":
      return (
        <select
          {...common}
          value={state.selected_user ?? ""}
          onChange={(event) => set({ selected_user: event.target.value })}
        >
          <option value="" disabled>
            {plain(element.placeholder?.text ?? "Choose a person")}
          </option>
          {Object.entries(users).map(([user, name]) => (
            <option key={user} value={user}>
              {name}
            </option>
          ))}
        </select>
      );
    case "channels_select":
    case "conversations_select": {
      const name = element.type === "channels_select" ? "selected_channel" : "selected_conversation";
      return (
        <select {...common} value={state[name] ?? ""} onChange={(event) => set({ [name]: event.target.value || null })}>
          <option value="" disabled={!props.optional}>
            {plain(element.placeholder?.text ?? "Choose a channel")}
          </option>
          {channelOptions(element, places, state[name] ? [state[name]] : []).map((option) => (
            <option key={option.value} value={option.value}>
              {option.text.text}
            </option>
          ))}
        </select>
      );
    }
    case "multi_channels_select":
    case "multi_conversations_select": {
      const name = element.type === "multi_channels_select" ? "selected_channels" : "selected_conversations";
      const options = channelOptions(element, places, state[name]);
      const chosen = options.filter((option) => state[name].includes(option.value));
      return (
        <Ticks options={options} chosen={chosen} onChosen={(now) => set({ [name]: now.map((one) => one.value) })} group={common} labelledBy={props.labelledBy} />
      );
    }
    case "multi_static_select":
    case "checkboxes":
      return <Ticks options={element.options ?? []} chosen={state.selected_options} onChosen={(selected_options) => set({ selected_options })} group={common} labelledBy={props.labelledBy} />;
    case "radio_buttons":
      return (
        <div className="ticks" role="radiogroup" aria-labelledby={props.labelledBy} aria-describedby={props.describedBy}>
          {element.options?.map((option) => (
            <label key={option.value}>
              <input
                type="radio"
                name={element.action_id}
                checked={state.selected_option?.value === option.value}
                onChange={() => set({ selected_option: option })}
              />
              <Words text={option.text} />
            </label>
          ))}
        </div>
      );
    case "datepicker":
      return <input {...common} type="date" value={state.selected_date ?? ""} onChange={(event) => set({ selected_date: event.target.value || null })} />;
    case "timepicker":
      return <input {...common} type="time" value={state.selected_time ?? ""} onChange={(event) => set({ selected_time: event.target.value || null })} />;
    case "file_input":
      return <Files {...common} user={props.user ?? ""} files={state.files} most={element.max_files ?? 10} onFiles={(files) => set({ files })} />;
    default: {
      const text = {
        ...common,
        value: state.value ?? "",
        maxLength: element.max_length,
        placeholder: element.placeholder ? plain(element.placeholder.text) : undefined,
        onChange: (event: { target: { value: string } }) => set({ value: event.target.value || null }),
      };
      if (element.multiline) return <textarea rows={5} {...text} />;
      const types: Record<string, string> = { email_text_input: "email", url_text_input: "url", number_input: "number" };
      return <input type={types[element.type] ?? "text"} {...text} />;
    }
  }
}

function choice(element: Element, value: string): Option | undefined {
  const options = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
  return options.find((option) => option.value === value);
}

function Choices({ element }: { element: Element }): ReactNode {
  const one = (option: Option) => (
    <option key={option.value} value={option.value}>
      {plain(option.text.text)}
    </option>
  );
  if (!element.option_groups) return element.options?.map(one);
  return element.option_groups.map((group) => (
    <optgroup key={group.label.text} label={plain(group.label.text)}>
      {group.options.map(one)}
    </optgroup>
  ));
}

/** The channels that one may choose from; what is chosen already stays, though one may not see that channel. */
function channelOptions(element: Element, places: Channel[], chosen: string[]): Option[] {
  const kinds = element.filter?.include ?? (element.type.includes("conversations") ? ["public", "private"] : ["public"]);
  const seen = places.filter((one) => kinds.includes(one.private ? "private" : "public"));
  const hidden = chosen.filter((id) => !seen.some((one) => one.id === id));
  const option = (value: string, text: string): Option => ({ value, text: { type: "plain_text", text } });
  return [
    ...seen.map((one) => option(one.id, `${one.private ? "🔒" : "#"} ${one.name}`)),
    ...hidden.map((id) => option(id, `🔒 a channel that you are not in (${id})`)),
  ];
}

function Ticks({ options, chosen, onChosen, group, labelledBy }: { options: Option[]; chosen: Option[]; onChosen: (options: Option[]) => void; group: Json; labelledBy?: string }): ReactNode {
  return (
    <div className="ticks" role="group" aria-label={group["aria-label"]} aria-labelledby={labelledBy} aria-describedby={group["aria-describedby"]}>
      {options.map((option) => {
        const on = chosen.some((one) => one.value === option.value);
        return (
          <label key={option.value}>
            <input
              type="checkbox"
              checked={on}
              onChange={() => onChosen(on ? chosen.filter((one) => one.value !== option.value) : [...chosen, option])}
            />
            <Words text={option.text} />
          </label>
        );
      })}
    </div>
  );
}

function Files({ user, files, most, onFiles, ...common }: { user: string; files: FileShown[]; most: number; onFiles: (files: FileShown[]) => void; [more: string]: Json }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="files">
      <input
        {...common}
        ref={input}
        type="file"
        multiple={most > 1}
        onChange={async (event) => {
          const chosen = [...(event.target.files ?? [])].slice(0, most - files.length);
          const dropped = await Promise.all(chosen.map((file) => drop(user, file)));
          onFiles([...files, ...dropped]);
          if (input.current) input.current.value = "";
        }}
      />
      {files.map((file) => (
        <span key={file.id} className="file">
          📎 {file.name}
        </span>
      ))}
    </div>
  );
}
