import type { Distribution } from '#engine/contract/package.ts';

/** os-release(5). Undefined for a file that doesn't say whose it is. */
export function readOsRelease(text: string): Distribution | undefined {
  const fields = new Map(
    text.split('\n').flatMap((line) => {
      const [, name, value] = /^\s*([A-Z_0-9]+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, unquoted(value.trim())] as const];
    }),
  );
  const id = fields.get('ID') ?? '';
  if (!/^[a-z0-9._-]{1,100}$/.test(id)) return undefined;
  const version = fields.get('VERSION_ID') ?? '';
  const name = fields.get('PRETTY_NAME') ?? '';
  return { id, ...(version === '' ? {} : { version }), ...(name === '' ? {} : { name }) };
}

function unquoted(value: string): string {
  const [, inner] = /^(?:"(.*)"|'(.*)')$/.exec(value)?.filter((each) => each !== undefined) ?? [];
  return (inner ?? value).replaceAll(/\\(["$`\\'])/g, '$1');
}
