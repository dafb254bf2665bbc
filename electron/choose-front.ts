import { EngineError } from '#engine/contract/errors.ts';

export interface Circumstances {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hasElectron: boolean;
}

/** What draws the screens, and why: a line for people. */
export interface Front {
  readonly kind: 'desktop' | 'browser';
  readonly why: string;
}

/** The desktop window where there can be one; otherwise the same screens in a browser. */
export function chooseFront(circumstances: Circumstances): Front {
  const obstacle = obstacleTo(circumstances);
  if (obstacle === undefined) return { kind: 'desktop', why: 'Opens the desktop window.' };
  return { kind: 'browser', why: `Serves the screens to a browser, because ${obstacle}.` };
}

/** Whether a binary of Electron's would be of any use here. */
export function wantsElectron(circumstances: Omit<Circumstances, 'hasElectron'>): boolean {
  return obstacleTo({ ...circumstances, hasElectron: true }) === undefined;
}

function obstacleTo({ platform, isRoot, env, hasElectron }: Circumstances): string | undefined {
  if (platform === 'linux') {
    // Chromium refuses to run as root with its sandbox, and without it nobody should.
    if (isRoot) return "a desktop window doesn't run as root";
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  }
  if (!hasElectron) return "Electron's binary is not here and could not be fetched";
  return undefined;
}

export interface StartOptions {
  readonly dataRoot?: string;
  readonly host?: string;
  readonly port?: string;
  readonly isBrowserWanted: boolean;
}

const takesValue = new Map([
  ['--data-root', 'dataRoot'],
  ['--host', 'host'],
  ['--port', 'port'],
] as const);

/** What comes after `npm start --`. @throws EngineError `invalid-argument`. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const values: Record<string, string> = {};
  let isBrowserWanted = false;
  for (let at = 0; at < args.length; at++) {
    const [name, attached] = splitOnce(args[at] ?? '', '=');
    const option = [...takesValue].find(([known]) => known === name)?.[1];
    const value = attached ?? args[at + 1];
    if (name === '--browser') isBrowserWanted = true;
    else if (option !== undefined && value !== undefined) {
      values[option] = value;
      if (attached === undefined) at += 1;
    } else throw notUnderstood(name);
  }
  return { ...values, isBrowserWanted };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function notUnderstood(argument: string): EngineError {
  return new EngineError(
    'invalid-argument',
    `npm start doesn't know ${argument}: it takes --browser, --port N, --data-root DIR and --host unix:///PATH.`,
  );
}
