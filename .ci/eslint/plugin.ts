import type { ESLint } from 'eslint';
import { noCommentedCode } from './no-commented-code.ts';
import { revealCallers } from './reveal-callers.ts';
import { staticLogMessage } from './static-log-message.ts';

/** Conventions of this house that no published rule knows. Each has its tests in test/unit/lint-rules.test.ts. */
export const keyturnPlugin: ESLint.Plugin = {
  rules: {
    'no-commented-code': noCommentedCode,
    'reveal-callers': revealCallers,
    'static-log-message': staticLogMessage,
  },
};
