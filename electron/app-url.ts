/** Where the renderer lives: a scheme of its own, so that no rule about `file:` or the network touches it. */
export const APP_SCHEME = 'app';
const APP_HOST = 'estrato';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;
/** The page that says why there is no engine, and the link on it. */
export const FAILURE_URL = `${APP_URL}failure`;
export const RETRY_URL = `${APP_URL}retry`;

/** Whether a page is ours. Compared by parts: to a URL parser the origin of an unknown scheme is `null`. */
export function isAppUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST;
}

/** Whether a link may be handed to the person's own browser. */
export function isWebUrl(url: string): boolean {
  const protocol = URL.parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
