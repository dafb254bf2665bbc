import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium } from 'playwright-core';
import type { BrowserContext, CDPSession } from 'playwright-core';

/** Debian's, Ubuntu's, and Google's own. */
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Never asked for: requests to it are answered before they leave. */
const PAGE_DOMAIN = 'stand-in.invalid';

export const WORK_AREA = { x: 0, y: 0, width: 1920, height: 1080 };

/** Chromium knows no scheme of an application's own: pages under one have a name under https instead. */
export function toPageUrl(url: string): string {
  return url.replace(/^app:\/\/([^/]*)/, `https://$1.${PAGE_DOMAIN}`);
}

export function toAppUrl(url: string): string {
  return url.replace(new RegExp(`^https://([^/]*)\\.${PAGE_DOMAIN.replaceAll('.', '\\.')}`), 'app://$1');
}

/** A Chromium that nothing on the network can be reached from, and that ends with this process: they share a pipe. */
export async function launchChromium(profileDir: string): Promise<BrowserContext> {
  const executablePath = programs.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(`There is no Chromium at ${programs.join(', ')}.`);
  return chromium.launchPersistentContext(profileDir, {
    executablePath,
    viewport: null,
    acceptDownloads: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--remote-debugging-port=0',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      `--screen-info={${WORK_AREA.width}x${WORK_AREA.height}}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

/** Where a test can drive it, too. */
export async function debuggingAddress(profileDir: string): Promise<string> {
  const text = await readFile(join(profileDir, 'DevToolsActivePort'), 'utf8');
  return `http://127.0.0.1:${text.split('\n')[0]}`;
}

export interface PausedRequest {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly method: string; readonly headers: Record<string, string> };
}

/** Answers a request that Chromium has made with what the application's own handler says. */
export async function answerRequest(
  session: CDPSession,
  { requestId, request }: PausedRequest,
  handler: (request: Request) => Response | Promise<Response>,
): Promise<void> {
  const { method, headers } = request;
  const response = await handler(new Request(toAppUrl(request.url), { method, headers }));
  const bytes = Buffer.from(await response.arrayBuffer());
  const isHtml = response.headers.get('content-type')?.startsWith('text/html') === true;
  const body = isHtml ? Buffer.from(bytes.toString().replace(/app:\/\/[^/"]*/g, toPageUrl)) : bytes;
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: body.toString('base64'),
  });
}
