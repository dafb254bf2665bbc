import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parse, parseDocument, Scalar, visit } from 'yaml';
import type { z } from 'zod';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { composeFile, type ComposeFile } from './compose-file.ts';
import { interpolate, type Variables } from './interpolate.ts';

interface Written {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads Compose files, each laid over those before it, however either is written: mappings are joined, lists are put one
 * after another, anything else is replaced, and so is a list that is one thing (Compose specification, "Merge").
 *
 * @throws EngineError `invalid-argument` that names the line of everything that can't be read or isn't understood.
 */
export function readComposeFiles(files: readonly Written[], variables: Variables): ComposeFile {
  const documents = files.map((file) => checked(file, variables));
  const merged = documents.reduce<unknown>((below, above) => layOver(below, above, ''), {});
  return composeFile.parse(merged);
}

/** What the document says, each thing in the longest of the ways to write it. */
function checked({ path, text }: Written, variables: Variables): ComposeFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const problems = document.errors.map(({ pos, message }) => {
    return `${path}:${lines.linePos(pos[0]).line}: ${message.split(' at line ')[0]}`;
  });
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  if (problems.length === 0)
    problems.push(...fillIn(document, variables).map(([at, why]) => `${path}:${lineAt(at)}: ${why}`));
  if (problems.length > 0) throw new EngineError('invalid-argument', problems.join('\n'));
  const value: unknown = document.toJS() ?? {};
  const { error, data } = composeFile.safeParse(value);
  const found = (error?.issues ?? [])
    .flatMap((issue) => issuesIn(issue))
    .map(({ path: place, words }) => `${path}:${lineAt(offsetOf(document, place))}: ${nameOf(place)} ${words}`);
  if (data === undefined) throw new EngineError('invalid-argument', found.join('\n'));
  return data;
}

/** Variables are filled in where values stand, never in names. What a plain one becomes is read as YAML reads it. */
function fillIn(document: Document, variables: Variables): readonly (readonly [offset: number, why: string])[] {
  const problems: [number, string][] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      try {
        const filled = interpolate(node.value, variables);
        const plain: unknown = node.type === Scalar.PLAIN ? parse(filled) : filled;
        node.value = typeof plain === 'object' && plain !== null ? filled : plain;
      } catch (error) {
        problems.push([node.range?.[0] ?? 0, toEngineError(error).message]);
      }
    },
  });
  return problems;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly words: string;
}

/** Of the ways in which something may be written, the one that comes furthest says what is wrong. */
function issuesIn(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): readonly Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], words: 'is not supported here' }));
  }
  if (issue.code !== 'invalid_union') return [{ path, words: `can't be read: ${issue.message}` }];
  const ways = issue.errors.map((errors) => errors.flatMap((error) => issuesIn(error, path)));
  const deepest = ways.toSorted((one, other) => depth(other) - depth(one))[0] ?? [];
  return depth(deepest) > path.length ? deepest : [{ path, words: "can't be read: it is of another kind" }];
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.');
}

/** Where a place of the document stands: its name if it has one. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const above = length === 0 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(above)
      ? above.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== undefined && node.range !== null) return node.range[0];
  }
  return undefined;
}

/** Lists of words that are one thing. */
const replaced: ReadonlySet<string> = new Set(['command', 'entrypoint', 'test']);

/** @param key by which both stand. */
function layOver(below: unknown, above: unknown, key: string): unknown {
  if (Array.isArray(below) && Array.isArray(above)) return replaced.has(key) ? above : joined(below, above, key);
  if (!isObject(below) || !isObject(above)) return above ?? below;
  const names = [...new Set([...Object.keys(below), ...Object.keys(above)])];
  return Object.fromEntries(names.map((name) => [name, layOver(below[name], above[name], name)]));
}

/** What is in both is there once, and what stands in the place of another is there instead of it. */
function joined(below: readonly unknown[], above: readonly unknown[], key: string): unknown[] {
  const placeOf = key === 'volumes' ? targetOf : (item: unknown): string => JSON.stringify(item);
  return [...new Map([...below, ...above].map((item) => [placeOf(item), item])).values()];
}

/** Where in a container something is mounted. */
function targetOf(volume: unknown): string {
  if (typeof volume !== 'string') return isObject(volume) ? String(volume['target']) : '';
  const [source = '', target = source] = volume.split(':');
  return target;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
