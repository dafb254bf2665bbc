import { RETRY_URL } from './app-url.ts';

interface Failure {
  readonly reason: string;
  /** What the engine said last. */
  readonly log: readonly string[];
  readonly logPath: string;
  /** BCP 47, the person's own. */
  readonly locale: string;
}

const words = {
  en: { title: 'The engine can’t be started', log: 'What it said last', file: 'All of it', retry: 'Try again' },
  es: { title: 'El motor no se puede iniciar', log: 'Lo último que dijo', file: 'Todo', retry: 'Reintentar' },
};

/** What stands in the window while there can be no engine: the reason, the log, and a way to try again. No script. */
export function failurePage({ reason, log, logPath, locale }: Failure): string {
  const language = locale.startsWith('es') ? 'es' : 'en';
  const { title, log: logTitle, file, retry } = words[language];
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>Estrato</title>
<style>
:root { color-scheme: light dark; font: 15px/1.6 system-ui, sans-serif }
body { max-width: 46rem; margin: 12vh auto; padding: 0 2rem }
h1 { font-size: 1.5rem; font-weight: 600 }
pre { max-height: 40vh; overflow: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 8px; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
h2 { font-size: 1rem; font-weight: 600; margin-top: 2rem }
a { display: inline-block; margin: 1rem 0; padding: .5rem 1.25rem; border: 1px solid currentColor; border-radius: 8px; color: inherit; text-decoration: none; font-weight: 500 }
a:focus-visible, pre:focus-visible { outline: 2px solid Highlight; outline-offset: 2px }
</style></head>
<body><main>
<h1>${title}</h1>
<p>${escaped(reason)}</p>
<a href="${RETRY_URL}">${retry}</a>
${log.length === 0 ? '' : `<h2>${logTitle}</h2>\n<pre tabindex="0">${escaped(log.join('\n'))}</pre>`}
<p>${file}: <code>${escaped(logPath)}</code></p>
</main></body></html>
`;
}

/** The engine's log has image names and paths in it, which anybody may have chosen. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
