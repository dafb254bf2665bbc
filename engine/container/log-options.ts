import { EngineError } from '#engine/contract/errors.ts';
import type { LogSettings } from '#engine/contract/log.ts';

/** What Docker's drivers take. */
const known = [
  'max-size',
  'max-file',
  'compress',
  'labels',
  'labels-regex',
  'env',
  'env-regex',
  'tag',
  'mode',
  'max-buffer-size',
];

/** @throws EngineError `invalid-argument` in Docker's words, for options that mean nothing or can't be. */
export function checkLogOptions(driver: string, options: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new EngineError('invalid-argument', `unknown log opt '${unknown}' for ${driver} log driver`);
  }
  const { mode = 'blocking' } = options;
  if (mode !== 'blocking' && mode !== 'non-blocking') {
    throw new EngineError('invalid-argument', `logger: logging mode not supported: ${mode}`);
  }
  if (options['max-buffer-size'] !== undefined && mode === 'blocking') {
    throw new EngineError(
      'invalid-argument',
      "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
    );
  }
  roomIn(options);
  limitsIn(options);
}

/** What is taken and doesn't happen, a sentence each. */
export function logWarnings(logging: { readonly options: Readonly<Record<string, string>> } | undefined): string[] {
  return logging?.options['compress'] === 'true'
    ? ['The log is rotated without compressing it: compress=true is ignored.']
    : [];
}

/** What the options say of the log's size. */
export function limitsIn(options: Readonly<Record<string, string>>): Partial<LogSettings> {
  const { 'max-size': size, 'max-file': files } = options;
  return {
    ...(size === undefined ? {} : { maxBytes: sizeOf(size) }),
    ...(files === undefined ? {} : { maxFiles: filesOf(files) }),
  };
}

/** What a container that waits for no disk may have waiting, in bytes; undefined for one that waits. */
export function roomIn(options: Readonly<Record<string, string>>): number | undefined {
  const { mode, 'max-buffer-size': size = '1m' } = options;
  return mode === 'non-blocking' ? roomOf(size) : undefined;
}

/** The shim's memory holds it. */
const MOST_ROOM = 1024 ** 3;

/** Docker's memory is measured in powers of two. */
function roomOf(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase()));
  if (!Number.isSafeInteger(bytes)) {
    throw new EngineError('invalid-argument', `error parsing option max-buffer-size: invalid size: '${text}'`);
  }
  if (bytes < 1 || bytes > MOST_ROOM) {
    throw new EngineError('invalid-argument', `max-buffer-size must be between 1 byte and 1g, not ${text}`);
  }
  return bytes;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Docker's logs are measured in powers of ten. */
function sizeOf(text: string): number {
  if (text === '-1') return 0;
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (!Number.isSafeInteger(bytes)) throw new EngineError('invalid-argument', `invalid size: '${text}'`);
  if (bytes <= 0) throw new EngineError('invalid-argument', 'max-size must be a positive number');
  return bytes;
}

const MOST_FILES = 1000;

function filesOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new EngineError('invalid-argument', `max-file: parsing "${text}": invalid syntax`);
  }
  const files = Number(text);
  if (files < 1) throw new EngineError('invalid-argument', 'max-file cannot be less than 1');
  if (files > MOST_FILES) throw new EngineError('invalid-argument', `max-file cannot be more than ${MOST_FILES}`);
  return files;
}
