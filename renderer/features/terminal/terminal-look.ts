import type { ITheme } from '@xterm/xterm';

import '#renderer/ui/ansi-colours.css';

import type { ScreenLook } from './terminal-screen.ts';

/** The page's colours and the person's choices, as xterm wants them: it reads no custom properties. */
export function readLook(choices: Pick<ScreenLook, 'fontSize' | 'screenReader'>): ScreenLook {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return toHex(getComputedStyle(probe).color);
  };
  const look = {
    ...choices,
    theme: readTheme(colour),
    search: { match: colour('--ansi-match'), activeMatch: colour('--ansi-match-active') },
    fontFamily: FONT_FAMILY,
  };
  probe.remove();
  return look;
}

const FONT_FAMILY = "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, monospace";

/** Resolves when cells can be measured: with the font that will be drawn. */
export async function loadTerminalFont(fontSize: number): Promise<void> {
  try {
    await document.fonts.load(`${fontSize}px 'JetBrains Mono Variable'`);
  } catch {
    // Without it the next font of the list is drawn and measured.
  }
}

const names = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

function readTheme(colour: (name: string) => string): ITheme {
  const named = names.map((name, index): [string, string] => [name, colour(`--ansi-${index}`)]);
  return {
    ...Object.fromEntries(named),
    background: colour('--ansi-ground'),
    foreground: colour('--ansi-ink'),
    cursor: colour('--ansi-ink'),
    cursorAccent: colour('--ansi-ground'),
    selectionBackground: colour('--ansi-selection'),
  };
}

/** @param rgb as browsers write a computed sRGB colour: `rgb(20, 23, 29)`. */
function toHex(rgb: string): string {
  const channels = rgb.match(/\d+/g)?.slice(0, 3) ?? [];
  return `#${channels.map((channel) => Number(channel).toString(16).padStart(2, '0')).join('')}`;
}
