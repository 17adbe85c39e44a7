import type { ReactNode } from "react";

const COLOURS = ["#b4532a", "#8a4fa3", "#2f6db3", "#9a6a14", "#b03a5b", "#2b7d84", "#5b62b8", "#6f7a1f"];

export function Avatar({ name, app, small }: { name: string; app?: boolean; small?: boolean }): ReactNode {
  const initials = name
    .split(" ")
    .map((word) => word[0])
    .slice(0, 2)
    .join("");
  const colour = COLOURS[[...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % COLOURS.length];
  return (
    <span className={`avatar${small ? " small" : ""}${app ? " app" : ""}`} style={app ? undefined : { background: colour }} aria-hidden="true">
      {app ? (
        <svg viewBox="0 0 32 32">
          <path d="M16 26C8 22 6 14 9 6c4 3 7 6 7 11 0-5 3-8 7-11 3 8 1 16-7 20Z" fill="#a7e3bd" />
          <path d="M16 27v-9" stroke="#e9fff2" strokeWidth="1.4" strokeLinecap="round" />
        </svg>
      ) : (
        initials
      )}
    </span>
  );
}
