// Notes what the built page was made from and what came of it: a test holds the committed page to both.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["../emoji.json", "index.html", "package-lock.json", "package.json", "src", "stamp.mjs", "tsconfig.json", "vite.config.ts"];
const STAMP = join("built", "stamp.json");

const files = (path) => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => files(join(path, name))) : [path]);
const hash = (content) => createHash("sha256").update(content).digest("hex");
const digest = (paths) => hash(paths.sort().map((path) => `${path} ${hash(readFileSync(path))}\n`).join(""));

const built = files("built").filter((path) => path !== STAMP);
writeFileSync(STAMP, `${JSON.stringify({ sources: digest(SOURCES.flatMap(files)), built: digest(built) }, null, 2)}\n`);
