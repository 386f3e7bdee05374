import { cwd } from 'node:process';
import { RuleTester } from 'eslint';
import { describe, test } from 'vitest';
import { noCommentedCode } from '../../.ci/eslint/no-commented-code.ts';
import { revealCallers } from '../../.ci/eslint/reveal-callers.ts';
import { staticLogMessage } from '../../.ci/eslint/static-log-message.ts';

RuleTester.describe = describe;
RuleTester.it = test;
RuleTester.itOnly = test;

const tester = new RuleTester({ languageOptions: { ecmaVersion: 2025, sourceType: 'module' } });

function at(file: string): string {
  return `${cwd()}/${file}`;
}

tester.run('reveal-callers', revealCallers, {
  valid: [
    { code: 'send(key.reveal());', filename: at('providers/panels/whmcs/index.js') },
    { code: 'hmac.update(value.reveal());', filename: at('src/core/fingerprint.js').replace('.js', '.ts') },
    { code: 'expect(read.reveal()).toBe(1);', filename: at('test/unit/x.test.ts') },
    { code: 'curtain.open();', filename: at('src/app/rotate.ts') },
  ],
  invalid: [
    { code: 'send(key.reveal());', filename: at('src/app/rotate.ts'), errors: [{ messageId: 'caller' }] },
    { code: 'send(key?.reveal());', filename: at('jobs/runtime.ts'), errors: [{ messageId: 'caller' }] },
    { code: "send(key['reveal']());", filename: at('src/cli/main.ts'), errors: [{ messageId: 'caller' }] },
    { code: 'const { reveal } = key;', filename: at('src/infra/log/logger.ts'), errors: [{ messageId: 'caller' }] },
    {
      code: 'values.map(key.reveal);',
      filename: at('src/core/fingerprint-list.ts'),
      errors: [{ messageId: 'caller' }],
    },
  ],
});

tester.run('static-log-message', staticLogMessage, {
  valid: [
    "log.info({ panel }, 'panel proven');",
    "deps.log.warn(fields, 'lease lost');",
    "this.logger.error({ err }, 'chunk failed');",
    "blog.info('a', b);",
    'log.flush();',
  ],
  invalid: [
    { code: "log.info('panel proven');", errors: [{ messageId: 'shape' }] },
    { code: 'log.info({ panel }, `panel $' + '{id} proven`);', errors: [{ messageId: 'shape' }] },
    { code: "log.warn({ panel }, 'panel ' + id);", errors: [{ messageId: 'shape' }] },
    { code: "deps.log.error('failed', err);", errors: [{ messageId: 'shape' }] },
    { code: "log.debug({ panel }, 'proven %s', id);", errors: [{ messageId: 'shape' }] },
    { code: 'log.error(...parts);', errors: [{ messageId: 'shape' }] },
  ],
});

tester.run('no-commented-code', noCommentedCode, {
  valid: [
    '// A lease that ends is a lease lost; the next owner looks first.',
    '/** Use it so:\n * const x = open();\n */\nfoo();',
    '// if the vendor answers late, the panel keeps what it has',
    '// return is what matters (see above)',
  ],
  invalid: [
    { code: '// const x = open();', errors: [{ messageId: 'code' }] },
    { code: '/* if (x) {\n  close(x);\n} */', errors: [{ messageId: 'code' }] },
    { code: "// import { a } from './a.ts';", errors: [{ messageId: 'code' }] },
    { code: '// close(store);', errors: [{ messageId: 'code' }] },
  ],
});
