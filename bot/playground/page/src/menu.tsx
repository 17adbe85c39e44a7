/** A button that opens a menu: arrows move, Escape closes, and focus goes back to the button. */
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from "react";

interface Props {
  label: string;
  face: ReactNode;
  className?: string;
  /** "menu" for actions, "dialog" for what holds other controls. */
  kind?: "menu" | "dialog";
  placement?: string;
  /** The face says it in words: `label` is heard before them. */
  spoken?: boolean;
  children: (close: () => void) => ReactNode;
}

export function Menu({ label, face, className, kind = "menu", placement = "", spoken, children }: Props): ReactNode {
  const [open, setOpen] = useState(false);
  const [above, setAbove] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  // Below the button; above it where what scrolls around it ends before the menu does, and there is more room above.
  useLayoutEffect(() => {
    if (!open) return setAbove(false);
    const [menu, face] = [root.current!.querySelector(".menu")!, root.current!.getBoundingClientRect()];
    const around = root.current!.closest(".stream")?.getBoundingClientRect();
    if (around) setAbove(menu.getBoundingClientRect().bottom > around.bottom && face.top - around.top > around.bottom - face.bottom);
  }, [open]);
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>(".menu [aria-checked=true], .menu button, .menu input")?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const keys = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    }
    if (kind !== "menu" || !["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const items = [...root.current!.querySelectorAll<HTMLElement>(".menu button")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key]!;
    items[(to + items.length) % items.length]?.focus();
  };

  return (
    <span className="opener" ref={root} onKeyDown={open ? keys : undefined}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={spoken ? undefined : label}
        aria-haspopup={kind}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        title={spoken ? undefined : label}
        onClick={() => setOpen(!open)}
      >
        {spoken && <span className="heard">{label} </span>}
        {face}
      </button>
      {open && (
        <div id={id} className={`menu ${placement}${above ? " above" : ""}`} role={kind} aria-label={label}>
          {children(close)}
        </div>
      )}
    </span>
  );
}
