/** Permission bits as Dockerfiles write them: `755`, `0755`, `0o755`. Undefined for anything else. */
export function parseMode(text: string): number | undefined {
  return /^0?o?[0-7]{1,4}$/.test(text) ? Number.parseInt(text.replace('o', ''), 8) : undefined;
}
