export type TerminalShortcut = 'copy' | 'paste' | 'search' | 'leave' | 'zoom-in' | 'zoom-out' | 'zoom-reset';

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const shifted: Readonly<Record<string, TerminalShortcut>> = {
  c: 'copy',
  v: 'paste',
  f: 'search',
  arrowup: 'leave',
};

const zooming: Readonly<Record<string, TerminalShortcut>> = {
  '=': 'zoom-in',
  '+': 'zoom-in',
  '-': 'zoom-out',
  _: 'zoom-out',
  '0': 'zoom-reset',
};

/**
 * What a key means to the terminal's frame instead of to the program in it. On a Mac the command key is free, so it
 * acts alone; elsewhere Ctrl with a letter belongs to the program, and the frame's keys take Shift too.
 */
export function shortcutOf(pressed: PressedKey, isMac: boolean): TerminalShortcut | undefined {
  const key = pressed.key.toLowerCase();
  if (pressed.altKey) return undefined;
  if (isMac && pressed.metaKey && !pressed.ctrlKey) return zooming[key] ?? shifted[key];
  if (pressed.metaKey || !pressed.ctrlKey) return undefined;
  return zooming[key] ?? (pressed.shiftKey ? shifted[key] : undefined);
}
