/** Where one writes: Enter sends, Shift+Enter is a new line, files can be chosen, dropped or pasted. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { drop } from "./live";
import { Menu } from "./menu";
import { emoji, EMOJI_NAMES } from "./text";
import type { FileShown, Shortcut } from "./types";

interface Props {
  user: string;
  place: string;
  draftKey: string;
  shortcuts: Shortcut[];
  onShortcut: (shortcut: Shortcut) => void;
  onSay: (text: string, files: string[]) => Promise<void>;
  dropped?: File[];
  autoFocus?: boolean;
}

const drafts = new Map<string, string>();

export function Composer({ user, place, draftKey, shortcuts, onShortcut, onSay, dropped, autoFocus }: Props): ReactNode {
  const [text, setText] = useState(() => drafts.get(draftKey) ?? "");
  const [files, setFiles] = useState<FileShown[]>([]);
  const [problem, setProblem] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);

  useEffect(() => setText(drafts.get(draftKey) ?? ""), [draftKey]);
  useEffect(() => {
    drafts.set(draftKey, text);
    const box = area.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
  }, [text, draftKey]);
  useEffect(() => {
    if (autoFocus && matchMedia("(min-width: 761px)").matches) area.current?.focus();
  }, [autoFocus, draftKey]);
  useEffect(() => void (dropped?.length && attach(dropped)), [dropped]);

  async function attach(chosen: Iterable<File>): Promise<void> {
    try {
      for (const file of chosen) {
        const shown = (await drop(user, file)) as FileShown;
        setFiles((old) => [...old, shown]);
      }
      setProblem("");
    } catch (error) {
      setProblem(String((error as Error).message));
    }
    area.current?.focus();
  }

  async function send(): Promise<void> {
    const words = text.trim();
    if (!words && !files.length) return;
    setText("");
    setFiles([]);
    try {
      await onSay(words, files.map((file) => file.id));
      setProblem("");
    } catch (error) {
      setText(words);
      setProblem(String((error as Error).message));
    }
  }

  function insert(words: string): void {
    const box = area.current!;
    setText(text.slice(0, box.selectionStart) + words + text.slice(box.selectionEnd));
    box.focus();
  }

  return (
    <div className="composer">
      {problem && <p role="alert">{problem}</p>}
      <div className="box">
        <textarea
          ref={area}
          rows={1}
          value={text}
          aria-label={`Message ${place}`}
          placeholder={`Message ${place}`}
          onChange={(event) => setText(event.target.value)}
          onPaste={(event) => event.clipboardData.files.length > 0 && void attach(event.clipboardData.files)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        {files.length > 0 && (
          <ul className="attached">
            {files.map((file) => (
              <li key={file.id}>
                📎 {file.name}
                <button aria-label={`Remove ${file.name}`} onClick={() => setFiles(files.filter((one) => one !== file))}>
                  ×
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="tools">
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label="Files"
            onChange={(event) => void attach(event.target.files ?? []).then(() => picker.current && (picker.current.value = ""))}
          />
          <button className="icon" aria-label="Attach a file" title="Attach a file" onClick={() => picker.current?.click()}>
            📎
          </button>
          <Menu label="Emoji" className="icon" placement="up emoji" face="🙂">
            {(close) =>
              EMOJI_NAMES.slice(60).map((name) => (
                <button key={name} role="menuitem" aria-label={name.replaceAll("_", " ")} title={`:${name}:`} onClick={() => (close(), insert(`:${name}: `))}>
                  {emoji(name)}
                </button>
              ))
            }
          </Menu>
          {shortcuts.length > 0 && (
            <Menu label="Shortcuts" className="icon" placement="up wide" face="⚡">
              {(close) =>
                shortcuts.map((shortcut) => (
                  <button key={shortcut.callback_id} role="menuitem" onClick={() => (close(), onShortcut(shortcut))}>
                    <span>
                      <b>{shortcut.name}</b>
                      <small>{shortcut.description}</small>
                    </span>
                  </button>
                ))
              }
            </Menu>
          )}
          <span className="grow" />
          <button className="send" aria-label="Send" disabled={!text.trim() && !files.length} onClick={() => void send()}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <path d="M2.5 3 18 10 2.5 17l2-6L12 10 4.500 9Z" fill="currentColor" />
            </svg>
          </button>
        </div>
      </div>
    </div>
  );
}
