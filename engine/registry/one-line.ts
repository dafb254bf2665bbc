/** Somebody else's text among ours: short, one line, no control characters. */
export function oneLine(text: string, length: number): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is being taken out
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, length);
}
