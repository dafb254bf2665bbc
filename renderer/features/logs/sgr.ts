/** One of the 16 named colours (0–15), of the 256 indexed ones, or red-green-blue. */
export type SgrColour = number | { readonly red: number; readonly green: number; readonly blue: number };

export interface SgrStyle {
  readonly foreground?: SgrColour;
  readonly background?: SgrColour;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
}

export interface SgrSpan {
  readonly text: string;
  readonly style: SgrStyle;
}

export interface SgrLine {
  readonly spans: readonly SgrSpan[];
  /** Every span's text together: what is searched and copied. */
  readonly text: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

// One alternative per shape of ECMA-48 sequence, and each ends at the line's end too, so that a sequence that a log
// line cut in half leaves no debris: CSI, the strings OSC/DCS/SOS/PM/APC, two-byte escapes, and lone controls.
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- finding control characters is what it is for
  /\x1b\[([0-?]*)([ -/]*)([@-~]|$)|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]*(?:[0-~]|$)|[\x00-\x08\x0b-\x1f\x7f]/g;

/**
 * A log line as styled spans. Colours and weights (SGR) become styles; every other escape sequence is dropped, so no
 * line can move the cursor, set a title or reach the clipboard. A carriage return starts the line over, as a
 * terminal shows a progress bar: its last state.
 */
export function parseSgrLine(source: string): SgrLine {
  let spans: SgrSpan[] = [];
  let style: Mutable<SgrStyle> = {};
  let from = 0;
  const add = (text: string): void => {
    if (text !== '') spans.push({ text, style: { ...style } });
  };
  const line = source.endsWith('\r') ? source.replace(/\r+$/, '') : source;
  for (const match of line.matchAll(SEQUENCE)) {
    add(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[0] === '\r') spans = [];
    else if (match[0] === '\b') takeLastCharacter(spans);
    else if (match[3] === 'm' && match[2] === '') style = applySgr(style, match[1] ?? '');
  }
  add(line.slice(from));
  return { spans, text: spans.map((span) => span.text).join('') };
}

function takeLastCharacter(spans: SgrSpan[]): void {
  const last = spans.pop();
  if (last === undefined) return;
  // Of a pair of surrogates both.
  const length = (last.text.codePointAt(last.text.length - 2) ?? 0) > 0xffff ? 2 : 1;
  const text = last.text.slice(0, -length);
  if (text !== '') spans.push({ ...last, text });
}

const switchedOn: Readonly<Record<number, keyof SgrStyle>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'strike',
};

const switchedOff: Readonly<Record<number, readonly (keyof SgrStyle)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
};

function applySgr(before: SgrStyle, parameters: string): Mutable<SgrStyle> {
  const codes = parameters.split(/[;:]/).map(Number);
  let style: Mutable<SgrStyle> = { ...before };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) style = {};
    else if (code === 38 || code === 48) at += applyExtended(style, code, codes.slice(at + 1, at + 1 + MOST_EXTENDED));
    else applySimple(style, code);
  }
  return style;
}

function applySimple(style: Mutable<SgrStyle>, code: number): void {
  const on = switchedOn[code];
  if (on !== undefined && on !== 'foreground' && on !== 'background') style[on] = true;
  for (const key of switchedOff[code] ?? []) delete style[key];
  const foreground = namedColour(code - 30);
  if (foreground !== undefined) style.foreground = foreground;
  const background = namedColour(code - 40);
  if (background !== undefined) style.background = background;
}

/** Counted from the code of black: 0–7, and the bright ones 60 further. */
function namedColour(offset: number): number | undefined {
  if (offset >= 0 && offset <= 7) return offset;
  return offset >= 60 && offset <= 67 ? offset - 60 + 8 : undefined;
}

const MOST_EXTENDED = 4;

/** `5;n` or `2;r;g;b` after 38 or 48. @returns how many codes belong to it. */
function applyExtended(style: Mutable<SgrStyle>, code: number, rest: readonly number[]): number {
  const key = code === 38 ? 'foreground' : 'background';
  const [form, first = 0, second = 0, third = 0] = rest;
  if (form === 5) {
    if (isByte(first)) style[key] = first;
    return 2;
  }
  if (form !== 2) return 0;
  if (isByte(first) && isByte(second) && isByte(third)) style[key] = { red: first, green: second, blue: third };
  return 4;
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255;
}
