import { EngineError } from '#engine/contract/errors.ts';

/** A document to be shown, or a row of a table. */
export type Document = Readonly<Record<string, unknown>>;

/**
 * The simplest of Go's templates, which is all that is understood: `{{.Field}}`, `{{.Field.Within}}`, `{{json .Field}}`,
 * `{{.}}` and text around them; `\t` and `\n` are a tab and a line's end.
 *
 * @throws EngineError `invalid-argument` for more than that, or a field that isn't there.
 */
export function fillTemplate(template: string, document: Document): string {
  const text = template.replaceAll(String.raw`\t`, '\t').replaceAll(String.raw`\n`, '\n');
  return text.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (_, action: string) => {
    const [, json, path] = /^(json\s+)?(\.(?:[\w-]+(?:\.[\w-]+)*)?)$/.exec(action) ?? [];
    if (path === undefined) {
      throw new EngineError(
        'invalid-argument',
        `The template's {{${action}}} is more than is understood here: write {{.Field}} or {{json .Field}}, or take --format json.`,
      );
    }
    const value = valueAt(document, path, template);
    return json === undefined ? shown(value) : JSON.stringify(value);
  });
}

function valueAt(document: Document, path: string, template: string): unknown {
  let value: unknown = document;
  for (const name of path.split('.').filter((part) => part !== '')) {
    if (!isDocument(value) || !Object.hasOwn(value, name)) {
      const known = isDocument(value) ? Object.keys(value).join(', ') : 'none';
      throw new EngineError(
        'invalid-argument',
        `template: "${template}": there is no field ${name}; there are ${known}.`,
      );
    }
    value = value[name];
  }
  return value;
}

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}

/** What isn't one thing is shown as JSON, where Go would show it in its own way. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return '<no value>';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
