import type { Protocol } from 'electron';

import { APP_SCHEME, FAILURE_URL, isAppUrl } from './app-url.ts';
import { answerPage, answerRendererFile } from './renderer-files.ts';

/** To be called before the app is ready: what pages under the scheme may do is fixed from then on. */
export function declareAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export interface AppPages {
  /** The built renderer. */
  readonly rendererDir: string;
  /** The page shown instead while there can be no engine. */
  readonly failurePage: () => string;
}

export function serveAppPages(protocol: Protocol, { rendererDir, failurePage }: AppPages): void {
  protocol.handle(APP_SCHEME, async ({ url, method }) => {
    if (!isAppUrl(url) || method !== 'GET') return new Response(null, { status: 404 });
    if (url === FAILURE_URL) return answerPage(failurePage());
    return answerRendererFile(rendererDir, url);
  });
}
