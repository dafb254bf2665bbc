/** `name=value`, one a line; a name alone has an empty value. */
export function parseLabels(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const equals = line.indexOf('=');
        return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
      }),
  );
}
