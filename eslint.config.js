/** Lint. The first half is care with the language; the second says which folder may know what, and why. */
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** `laws.ts` and `*.suite.ts` are what every rule, carrier or store of a kind must pass. */
const tests = ['**/*.test.ts', '**/*.journey.ts', '**/laws.ts', '**/*.suite.ts', 'tests/**'];
/** The few modules of the device that touch the browser itself; the rest also runs in Node, for the simulation. */
const touchesBrowser = ['**/leader.ts', '**/*-client.ts', '**/*worker*', '**/*browser*'];

export default ts.config(
  { ignores: ['build/', 'data/', '.svelte-kit/', '**/node_modules/', 'test-results/', 'playwright-report/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      // The compiler knows every name that exists on each side; this rule knows only a list.
      'no-undef': 'off',
      'svelte/no-at-html-tags': 'error',
      // The Hub is always served from the top of its host, so an address is written as what it is.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], parser: ts.parser },
    },
    rules: {
      // A promise that nobody waits for is a word that may never have been written.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  // People read what these print; everywhere else a line goes through the server's own log.
  { files: ['server/*.ts', 'server/*.js', 'server/cli/*.ts', 'tests/**'], rules: { 'no-console': 'off' } },

  ...folder(['**/*.ts', '**/*.svelte'], [], ['*.ts']),
  ...folder(
    ['sync/**/*.ts'],
    [
      only(['\\.{1,2}/', '#sync/', 'zod(/|$)', 'yjs$', 'fractional-indexing$', 'temporal-polyfill(/|$)'], {
        why: 'sync/ runs on both sides and knows no framework.',
      }),
      never('(^|[/\#])(server|src|tests)/', 'sync/ imports from sync/ only.'),
      ...takenAsArguments(),
    ],
  ),
  ...folder(['server/**/*.ts'], server()),
  ...folder(
    ['server/routes/**/*.ts'],
    [
      ...server(),
      never('^(kysely|better-sqlite3)$', 'SQL belongs in server/storage/.'),
      neverValue(
        '(#server|\\.)/storage/',
        'A route parses, calls one service and answers; storage is two floors down.',
      ),
      ...sql(),
    ],
  ),
  ...folder(
    ['server/services/**/*.ts'],
    [
      ...server(),
      never('^@?hono(/|$)', 'A service knows no HTTP, so that a route, a test or the simulation can drive it.'),
      never('(#server|\\.)/(routes|middleware|app\\.ts)', 'Downward only: routes call services.'),
      neverValue('^(kysely|better-sqlite3)$', 'SQL belongs in server/storage/.'),
      ...sql(),
      ...takenAsArguments(),
    ],
  ),
  ...folder(
    ['server/storage/**/*.ts'],
    [
      ...server(),
      never('^@?hono(/|$)', 'Storage knows no HTTP.'),
      never('(#server|\\.)/(routes|middleware|services|adapters|app\\.ts)', 'Storage is the lowest floor.'),
      neverValue('#sync/(fold|roles|process|clocks)/', 'Storage decides nothing.'),
      ...takenAsArguments(),
    ],
  ),
  ...folder(['src/**/*.ts', 'src/**/*.svelte'], app()),
  ...folder(
    ['src/lib/**/*.ts', 'src/lib/**/*.svelte'],
    [...app(), never('(^|/)routes/', 'src/lib serves every screen and knows none.')],
  ),
  ...folder(['src/routes/**', 'src/lib/components/**', 'src/lib/forms/**'].flatMap(sources), [...app(), ...screen()]),
  ...folder(['src/lib/device/**/*.ts'], [...app(), ...device(), ...takenAsArguments()], touchesBrowser),
  {
    files: ['src/lib/device/**/*.ts'],
    ignores: [...tests, ...touchesBrowser],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['window', 'document', 'localStorage', 'sessionStorage', 'location', 'fetch'].map((name) => ({
          name,
          message: 'Take it as a port, so that the simulation can stand in for the browser.',
        })),
      ],
    },
  },
  ...svelte.configs.prettier,
  prettier,
);

function server() {
  return [
    never('(^|/)src/|^#lib/|^(svelte|@sveltejs|dexie)(/|$)', 'The server knows no screen.'),
    never('(^|[/#])tests/', 'Tests import; nobody imports them.'),
  ];
}

function app() {
  return [
    never('(^|/)server/|^#server/|^node:|^(hono|kysely)(/|$)', 'The app knows the server by sync/protocol only.'),
    never('(^|[/#])tests/', 'Tests import; nobody imports them.'),
  ];
}

function screen() {
  const why = 'A screen reads and writes through src/lib/device, which keeps every word.';
  return [
    never('^dexie(/|$)', why),
    syntax("CallExpression[callee.name='fetch']", why),
    syntax("MemberExpression[object.name='window'][property.name='fetch']", why),
    syntax("Identifier[name='indexedDB']", why),
  ];
}

function device() {
  return [never('\\.svelte$|(^|/)(components|forms/fields|routes)/', 'The device store knows no screen.')];
}

function sql() {
  const statements = '/^(selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)$/';
  return [syntax(`CallExpression[callee.property.name=${statements}]`, 'SQL belongs in server/storage/.')];
}

/** What would make the same log fold to other bytes tomorrow, or keep the simulation from driving a module. */
function takenAsArguments() {
  return [
    syntax("MemberExpression[object.name='Date'][property.name='now']", 'Take the time as an argument.'),
    syntax("NewExpression[callee.name='Date'][arguments.length=0]", 'Take the time as an argument.'),
    syntax("MemberExpression[object.name='performance'][property.name='now']", 'Take the time as an argument.'),
    syntax("MemberExpression[object.name='Math'][property.name='random']", 'Take randomness as an argument.'),
    syntax("CallExpression[callee.property.name='getRandomValues']", 'Take randomness as an argument.'),
    syntax("CallExpression[callee.property.name='randomUUID']", 'Take randomness as an argument.'),
  ];
}

/** ESLint lets a later entry replace an earlier one for the same rule, so each folder says all that binds it. */
function folder(files, boundaries, ignores = []) {
  const all = [
    ...boundaries,
    never(
      '^(\\.{1,2}/|#)(?!(.*\\.(ts|js|json|svelte|css|scss)(\\?\\w+)?|(.*/)?\\$types)$)',
      'Node wants the file ending: write `.ts`.',
    ),
    syntax('ExportDefaultDeclaration', 'Named exports, so that a thing has one name everywhere.'),
  ];
  const patterns = all.flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
  const selectors = all.flatMap(({ selector }) => (selector === undefined ? [] : [selector]));
  return [
    {
      files,
      ignores: [...ignores, ...tests, '**/*.d.ts'],
      rules: {
        '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
        'no-restricted-syntax': ['error', ...selectors],
      },
    },
  ];
}

function never(regex, message, allowTypeImports = false) {
  // An import that is written as a call is the same step over the border; a selector's own delimiter is the slash.
  const inSelector = regex.replaceAll('/', '\\x2F');
  return {
    pattern: { regex, message, allowTypeImports },
    selector: { selector: `ImportExpression[source.value=/${inSelector}/]`, message },
  };
}

/** A type may be named where the thing itself may not be used: it is gone when the program runs. */
function neverValue(regex, message) {
  return never(regex, message, true);
}

function only(allowed, { why }) {
  return never(`^(?!${allowed.join('|')})`, why);
}

function syntax(selector, message) {
  return { selector: { selector, message } };
}

function sources(pattern) {
  return [`${pattern}/*.ts`, `${pattern}/*.svelte`];
}
