import { defineConfig } from 'oxlint';

import { restrictionsOf, rows } from './boundaries.ts';

const tests = ['**/*.test.ts', '**/*.test.tsx', '**/*.suite.ts'];

/** Per folder the imports it must do without; in its tests one folder more is allowed. */
const boundaries = rows.flatMap((row) => {
  const files = row.path.endsWith('.ts') ? [row.path] : [`${row.path}/**/*.ts`, `${row.path}/**/*.tsx`];
  const rule = (isTest: boolean): ['error', { patterns: { regex: string; message: string }[] }] => [
    'error',
    { patterns: restrictionsOf(row, isTest).map((restriction) => ({ ...restriction })) },
  ];
  return [
    { files, rules: { 'no-restricted-imports': rule(false) } },
    {
      files: files.map((glob) => glob.replace(/\*\.(tsx?)$/, '*.{test,suite}.$1')),
      rules: { 'no-restricted-imports': rule(true) },
    },
  ];
});

const withoutTypes = {
  'typescript/explicit-module-boundary-types': 'off',
  'typescript/no-unsafe-argument': 'off',
  'typescript/no-unsafe-assignment': 'off',
  'typescript/no-unsafe-call': 'off',
  'typescript/no-unsafe-member-access': 'off',
  'typescript/no-unsafe-return': 'off',
} as const;

export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'react', 'jsx-a11y', 'promise'],
  categories: { correctness: 'error' },
  env: { es2024: true, node: true, browser: true },
  ignorePatterns: ['dist/**', 'coverage/**', 'test-output/**', '**/testfiles/**'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-type-assertion': 'error',
    'typescript/explicit-module-boundary-types': 'error',
    'typescript/return-await': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/no-deprecated': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-return': 'off',

    'import/no-default-export': 'error',
    'import/no-cycle': 'error',
    'import/no-duplicates': 'error',
    'import/no-self-import': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/no-abusive-eslint-disable': 'error',

    'react/rules-of-hooks': 'error',
    'react/exhaustive-deps': 'error',
    'react/no-array-index-key': 'error',
    'react/jsx-no-useless-fragment': 'error',
    'react/button-has-type': 'error',

    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: 'error',
    'no-console': 'off',
    'no-param-reassign': 'error',
    'no-implicit-coercion': 'off',

    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 4 }],
    'max-depth': ['error', { max: 3 }],
    complexity: ['error', { max: 12 }],
  },
  overrides: [
    ...boundaries,
    // The tools that read these want a default export.
    { files: ['*.config.ts', 'engine/testing/run/tally-reporter.ts'], rules: { 'import/no-default-export': 'off' } },
    // A suite is one long function by nature.
    { files: tests, rules: { 'max-lines-per-function': 'off' } },
    // Plain JavaScript, for what runs before there is anything else, has no types.
    { files: ['**/*.mjs'], rules: withoutTypes },
  ],
});
