/** Blocks that Laurel seldom or never sends, drawn by slack-blocks-to-jsx. */
import { useContext, type ReactNode } from "react";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import { emoji, NamesContext } from "./text";
import type { Block, Json } from "./types";

export default function Rare({ block }: { block: Block }): ReactNode {
  const { users, channels } = useContext(NamesContext);
  const theme = getComputedStyle(document.documentElement).colorScheme === "dark" ? "dark" : "light";
  return (
    <div className="rare">
      <Message
        blocks={[block as Json]}
        logo=""
        name="Laurel"
        withoutWrapper
        theme={theme}
        data={{
          users: Object.entries(users).map(([id, name]) => ({ id, name })),
          channels: Object.entries(channels).map(([id, name]) => ({ id, name })),
        }}
        hooks={{ emoji: (data, parse) => (emoji(data.name).startsWith(":") ? parse(data) : emoji(data.name)) }}
      />
    </div>
  );
}
