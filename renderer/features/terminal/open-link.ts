/** Opens what a program printed as a link, outside of the app; anything but http and https is left alone. */
export function openLink(uri: string): void {
  const url = URL.parse(uri);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return;
  window.open(url.href, '_blank', 'noopener,noreferrer');
}
