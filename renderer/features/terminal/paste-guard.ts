/**
 * What may be pasted into a terminal. Control characters are taken out: an escape in pasted text could end
 * bracketed paste early and have the rest run (what the shell's bracketed paste mode is there to prevent).
 */
export function cleanPaste(text: string): string {
  // eslint-disable-next-line no-control-regex -- taking out control characters is what it is for
  return text.replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '');
}

/** Whether pasting would run commands at once: several lines, to a program that can't tell a paste from typing. */
export function needsConsent(text: string, isBracketed: boolean): boolean {
  return !isBracketed && /[\r\n]/.test(text);
}

export function countLines(text: string): number {
  return text.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/).length;
}
