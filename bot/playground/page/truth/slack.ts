/**
 * What Slack's own packages say of the payloads that our stand-in sends and that Laurel posts: `@slack/types` (blocks,
 * views, events) and `@slack/bolt` (the rest). `make payloads` writes recorded ones beside this and has tsc compare them.
 */
import type {
  BlockAction,
  BlockElementAction,
  EnvelopedEvent,
  GlobalShortcut,
  MessageShortcut,
  SlashCommand,
  ViewClosedAction,
  ViewOutput,
  ViewStateValue,
  ViewSubmitAction,
} from "@slack/bolt";
import type { AnyBlock, AppHomeOpenedEvent, AppMentionEvent, HomeView, ModalView, ReactionAddedEvent } from "@slack/types";
import type { FileShareMessageEvent, GenericMessageEvent, MessageChangedEvent, MessageDeletedEvent } from "@slack/types";

export type { GlobalShortcut, MessageShortcut, SlashCommand };

// Where the types are others than what Slack's reference shows, the reference counts:
/** A file is the same wherever it is shown (reference/objects/file-object). */
type Filed<T> = Omit<T, "files"> & { files?: ViewStateValue["files"] };
/** A message inside of an event says nothing of its channel (reference/events/message/message_changed). */
type Inside = Omit<Filed<GenericMessageEvent>, "channel" | "channel_type" | "event_ts" | "subtype"> & { edited?: { user: string; ts: string } };
type Changed = Omit<MessageChangedEvent, "message" | "previous_message"> & { message: Inside; previous_message: Inside };
type Deleted = Omit<MessageDeletedEvent, "previous_message"> & { previous_message: Inside };
/** The home tab comes with all that Slack keeps of it (reference/events/app_home_opened). */
type Home = Omit<AppHomeOpenedEvent, "view"> & { view?: ViewOutput };

type Message = Filed<GenericMessageEvent> | Filed<FileShareMessageEvent> | Changed | Deleted;
export type Event = EnvelopedEvent<Message | Home | Filed<AppMentionEvent> | ReactionAddedEvent>;
/** Where a view was used, there is no response_url (reference/interaction-payloads/block_actions-payload). */
export type Press = Omit<BlockAction<BlockElementAction>, "response_url"> & { response_url?: string };
export type Submission = ViewSubmitAction;
export type Closed = ViewClosedAction;
export type View = HomeView | ModalView;
/** What is posted: what stands in blocks alone is checked, the text is a string. */
export interface Posted {
  text: string;
  blocks: AnyBlock[];
}
