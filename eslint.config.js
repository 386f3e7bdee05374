// Typed lint: typescript-eslint's strict set plus the limits and the bans of this house. Formatting and import order are biome's.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { keyturnPlugin } from './.ci/eslint/plugin.ts';

/** Core is pure: time, chance, the outside and waiting come in by argument (DESIGN.md section 6). */
const IMPURE_GLOBALS = [
  'Date',
  'process',
  'fetch',
  'console',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis',
];

const bans = [
  {
    selector: 'TSEnumDeclaration, TSModuleDeclaration',
    message: 'No enums or namespaces: Node runs this source by erasing types.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  {
    selector: 'TSAsExpression > TSAsExpression.expression',
    message: 'A double cast hides a wrong type: parse the value at the edge.',
  },
  {
    selector:
      "Property[key.name='rejectUnauthorized'][value.value=false], AssignmentExpression > MemberExpression[property.name='NODE_TLS_REJECT_UNAUTHORIZED']",
    message: 'TLS verification is never switched off (DESIGN.md section 7, line 8).',
  },
];

const limits = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 10],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
};

const house = {
  'func-style': ['error', 'declaration', { allowArrowFunctions: false, overrides: { namedExports: 'declaration' } }],
  'no-console': 'error',
  'no-restricted-syntax': ['error', ...bans],
  eqeqeq: 'error',
  'no-param-reassign': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
  'keyturn/no-commented-code': 'error',
  'keyturn/reveal-callers': 'error',
  'keyturn/static-log-message': 'error',
};

const typed = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
  // Numbers and booleans read well in a text; what must not get in (objects, any, nullish) stays refused.
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  // `onEvent: () => emitter.emit(x)` is how one line calls another; a void value that is used is still refused.
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // A port may be async by contract where one implementation has nothing to wait for.
  '@typescript-eslint/require-await': 'off',
};

const noUnusedArguments = {
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
};

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', 'coverage/', '.venv/', '.keyturn/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { keyturn: keyturnPlugin },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: false },
    rules: { ...limits, ...house, ...typed, ...noUnusedArguments },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Core is pure: randomness comes in by argument.' },
      ],
    },
  },
  {
    // A describe block is a list of tests, not a function with too much to do.
    files: ['test/**/*.test.ts', 'test/contract/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // vitest and the tools read these files' default export.
    files: ['*.config.ts', 'knip.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bans.filter((ban) => !ban.selector.startsWith('ExportDefault'))] },
  },
);
