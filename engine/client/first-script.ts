import { createHash } from 'node:crypto';

/**
 * The one script that stands in index.html itself, before everything that is fetched: whenever the machine gets another
 * interface, as it does with a container's start, Chromium ends every request that is under way (`ERR_NETWORK_CHANGED`),
 * and a page whose own module or styles are lost stays blank. It is fetched again, five times at most. What is lost
 * once the page stands is the renderer's own affair.
 */
export const firstScript = `
const stands = () => document.querySelector('#app > *') !== null;
addEventListener('error', ({ target }) => {
  if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement) || stands()) return;
  const starts = Number(sessionStorage.getItem('estrato.starts') ?? 0) + 1;
  if (starts > 5) return;
  sessionStorage.setItem('estrato.starts', String(starts));
  setTimeout(() => location.reload(), 100 * starts);
}, true);
addEventListener('load', () => setTimeout(() => stands() && sessionStorage.removeItem('estrato.starts'), 1000));
`;

/** What lets it run, and nothing else that stands in a page (Content Security Policy Level 3, hash-source). */
export const firstScriptSource = `'sha256-${createHash('sha256').update(firstScript).digest('base64')}'`;
