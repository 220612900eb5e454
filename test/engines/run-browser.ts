import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { type Child, type Command, endGroup, LIMIT, start } from "./processes.js";
import type { SuiteResult } from "./suite/index.js";

/** How to start a browser with a page and an empty profile folder. */
export interface Browser {
  command(url: string, profile: string): Command;
  /** The texts of the profile's files, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether it needs a screen, which Xvfb then provides. */
  readonly needsScreen?: boolean;
}

/**
 * Opens the bundle's page in a browser; the page posts its result to a local server.
 * @throws Error if the page fails, the browser exits, or no result arrives within the time limit.
 */
export async function runBrowser(
  folder: string,
  { command, files = {}, needsScreen }: Browser,
): Promise<SuiteResult> {
  const profile = mkdtempSync(join(tmpdir(), "sluice-browser-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(profile, name), text);
  const { server, posted } = serve(folder);
  const children: Child[] = [];
  try {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const { env, ...rest } = command(`http://127.0.0.1:${port}/index.html`, profile);
    if (needsScreen) children.push(startScreen());
    const screen = children[0] && { DISPLAY: await displayOf(children[0]) };
    const browser = start({ ...rest, env: { ...env, ...screen } });
    children.unshift(browser);
    const result = await Promise.race([posted, failure(browser)]);
    if ("error" in result) throw new Error(result.error);
    return result;
  } finally {
    for (const child of children) await endGroup(child);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Starts a virtual screen on a free display. */
function startScreen(): Child {
  return start({ path: "Xvfb", args: ["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"] });
}

/** Waits until a virtual screen is ready, and returns the name of its display. */
async function displayOf(screen: Child): Promise<string> {
  const number = once(screen.process.stdout!, "data").then(([text]) => String(text).trim());
  return `:${await Promise.race([number, failure(screen)])}`;
}

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** Serves the bundle; `posted` resolves with what the page posts to /result. */
function serve(folder: string): { server: Server; posted: Promise<SuiteResult | { error: string }> } {
  const package_ = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const threads = package_.imports["#threads"].default.replace("./", "/");
  let resolve: (result: SuiteResult) => void;
  const posted = new Promise<SuiteResult | { error: string }>((done) => {
    resolve = done;
  });
  const server = createServer((request, response) => {
    // cross-origin isolation, which shared memory requires
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    if (request.method === "POST") {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (text: string) => {
        body += text;
      });
      request.on("end", () => {
        response.end();
        resolve(JSON.parse(body));
      });
      return;
    }
    const name = new URL(request.url!, "http://localhost").pathname;
    try {
      const text = readFileSync(join(folder, name), "utf8");
      response.setHeader("Content-Type", TYPES[extname(name)] ?? "text/plain");
      // resolves the import as a bundler would, because pages do not read package.json
      response.end(text.replaceAll('"#threads"', JSON.stringify(threads)));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  return { server, posted };
}

/** Rejects if the process exits, or after the time limit. */
async function failure({ process: child, output }: Child): Promise<never> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${LIMIT / 1000} s`), LIMIT);
    timer.unref();
  });
  const ended = once(child, "exit").then(([code, signal]) => `ended with ${code ?? signal} before it answered`);
  const reason = await Promise.race([late, ended]);
  clearTimeout(timer);
  throw new Error(`${child.spawnfile}: ${reason}\n${output.stderr.slice(-2000)}`);
}
