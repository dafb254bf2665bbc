import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

import { rendererHeaders } from '#engine/client/renderer-headers.ts';

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

/** The built renderer's answer to a request. Only what lies in the folder and has a known type is given. */
export async function answerRendererFile(dir: string, url: string): Promise<Response> {
  const path = pathWithin(dir, new URL(url).pathname);
  const type = path === undefined ? undefined : types.get(extname(path));
  if (path === undefined || type === undefined) return notFound();
  try {
    const bytes = await readFile(path);
    return new Response(new Uint8Array(bytes), { headers: { ...rendererHeaders(), 'content-type': type } });
  } catch {
    return notFound();
  }
}

export function answerPage(html: string): Response {
  return new Response(html, { headers: { ...rendererHeaders(), 'content-type': 'text/html; charset=utf-8' } });
}

/** Undefined for what isn't text, or climbs out. */
function pathWithin(dir: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const path = normalize(join(dir, decoded === '/' ? 'index.html' : decoded));
  return path.startsWith(dir.endsWith(sep) ? dir : dir + sep) ? path : undefined;
}

function notFound(): Response {
  return new Response('There is no such file.\n', {
    status: 404,
    headers: { ...rendererHeaders(), 'content-type': 'text/plain; charset=utf-8' },
  });
}
