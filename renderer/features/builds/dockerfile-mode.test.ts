import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { expect, test } from 'vitest';

import { dockerfileLanguage } from './dockerfile-mode.ts';

const names = tagHighlighter([
  { tag: tags.keyword, class: 'keyword' },
  { tag: tags.comment, class: 'comment' },
  { tag: tags.attributeName, class: 'flag' },
  { tag: tags.variableName, class: 'variable' },
  { tag: tags.string, class: 'string' },
  { tag: tags.labelName, class: 'heredoc' },
  { tag: tags.invalid, class: 'invalid' },
  { tag: tags.operator, class: 'operator' },
]);

function coloured(text: string): readonly string[] {
  const found: string[] = [];
  highlightTree(dockerfileLanguage.parser.parse(text), names, (from, to, name) => {
    found.push(`${name} ${text.slice(from, to)}`);
  });
  return found;
}

test.each<readonly [string, readonly string[]]>([
  ['# hello\nFROM a AS b', ['comment # hello', 'keyword FROM', 'keyword AS']],
  ['from a\nCPY . .', ['keyword from', 'invalid CPY']],
  ['COPY --from=b --link /a "b c"', ['keyword COPY', 'flag --from', 'flag --link', 'string "b c"']],
  ['RUN ls --all', ['keyword RUN']],
  [
    'RUN a \\\n# why\n  copy $X ${Y:-z}',
    ['keyword RUN', 'operator \\', 'comment # why', 'variable $X', 'variable ${Y:-z}'],
  ],
  ['RUN <<E cat\nFROM x\nE\nUSER a', ['keyword RUN', 'heredoc <<E', 'string FROM x', 'heredoc E', 'keyword USER']],
  ['ONBUILD RUN a', ['keyword ONBUILD', 'keyword RUN']],
  ['CMD echo # no comment', ['keyword CMD']],
])('%j', (text, colours) => {
  expect(coloured(text)).toEqual(colours);
});
