import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium } from "playwright";
import { findBrowser } from "../../scripts/browsers.mjs";

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Chromium, and a server of static files without support for modules or bundlers. */
export class Pages {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(folder: string): Promise<Pages> {
    const server = createServer((request, response) => {
      const path = join(folder, normalize(new URL(request.url!, "http://localhost").pathname));
      if (!path.startsWith(folder) || !existsSync(path)) return void response.writeHead(404).end();
      response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
      createReadStream(path).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const executablePath = findBrowser("chromium");
    const args = ["--no-sandbox", "--disable-gpu"];
    return new Pages(server, await chromium.launch({ ...(executablePath && { executablePath }), args }));
  }

  /** Opens a page, waits until its title begins with "done: ", and returns the rest of the title. */
  async result(path: string): Promise<string> {
    const page = await this.browser.newPage();
    const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
    const { port } = this.server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${path}`);
    await Promise.race([page.waitForFunction(() => document.title.startsWith("done: ")), failed]);
    const title = await page.title();
    await page.close();
    return title.slice("done: ".length);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}
