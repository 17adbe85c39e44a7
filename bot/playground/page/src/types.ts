/** What the playground's server tells, and the parts of Block Kit that this page draws itself. */

export type Json = any; // eslint-disable-line -- payloads of Slack's are open

export interface Text {
  type: "plain_text" | "mrkdwn";
  text: string;
}

export interface Option {
  text: Text;
  value: string;
  description?: Text;
}

export interface Confirm {
  title: Text;
  text: Text;
  confirm: Text;
  deny: Text;
}

export interface Element {
  type: string;
  action_id: string;
  text?: Text;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  accessibility_label?: string;
  confirm?: Confirm;
  placeholder?: Text;
  options?: Option[];
  option_groups?: { label: Text; options: Option[] }[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_value?: string;
  initial_date?: string;
  initial_time?: string;
  initial_user?: string;
  initial_channel?: string;
  initial_channels?: string[];
  initial_conversation?: string;
  initial_conversations?: string[];
  filter?: { include?: ("im" | "mpim" | "private" | "public")[] };
  multiline?: boolean;
  max_length?: number;
  max_files?: number;
  positive_button?: Element;
  negative_button?: Element;
}

export interface Block {
  type: string;
  block_id?: string;
  text?: Text & string;
  fields?: Text[];
  accessory?: Element & Image;
  elements?: (Element & Text & Image)[];
  rows?: Cell[][];
  label?: Text;
  hint?: Text;
  element?: Element;
  optional?: boolean;
  dispatch_action?: boolean;
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  alt_text?: string;
  title?: Text;
  [more: string]: Json;
}

export interface Image {
  image_url?: string;
  alt_text?: string;
}

export interface Cell {
  type: string;
  text?: string;
  value?: number;
  elements?: Json[];
}

export interface FileShown {
  id: string;
  name: string;
  title?: string;
  mimetype: string;
  size: number;
}

export interface Message {
  ts: string;
  channel: string;
  user?: string;
  bot_id?: string;
  text: string;
  blocks: Block[];
  thread_ts?: string;
  edited?: { ts: string };
  files?: FileShown[];
  reactions?: Reaction[];
  ephemeral?: boolean;
}

export interface Reaction {
  name: string;
  users: string[];
  count: number;
}

export interface View {
  id: string;
  hash: string;
  type: "modal" | "home";
  title?: Text;
  submit?: Text;
  close?: Text;
  blocks: Block[];
}

export interface Person {
  user: string;
  name: string;
  about: string;
  role: "freelancer" | "agent" | "specialist" | "moderator" | "admin" | "app";
}

export interface Channel {
  id: string;
  dm: boolean;
  name: string;
  topic: string;
  private: boolean;
  members: number;
}

export interface Shortcut {
  name: string;
  type: "global" | "message";
  callback_id: string;
  description: string;
}

export interface Weather {
  away: boolean;
  twice: boolean;
  late: number;
  reversed: boolean;
}

export interface World {
  number: number;
  offset: number;
  zone: string;
  people: Person[];
  channels: Channel[];
  shortcuts: Shortcut[];
  weather: Weather;
}

export type Values = Record<string, Record<string, Json>>;
