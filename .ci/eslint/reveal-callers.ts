import { relative } from 'node:path';
import type { Rule } from 'eslint';

/**
 * The only places that may take a secret out of its SecretValue (DESIGN.md section 7, line 1). Tests may, to compare.
 * A folder ends with a slash. Adding a line here is a decision, not a formality.
 */
export const REVEAL_CALLERS: readonly string[] = [
  'providers/',
  'src/core/fingerprint.ts',
  'src/core/field-facts.ts',
  'src/core/credential-payload.ts',
  'src/core/key-intake.ts',
  // The address of Redis holds its password; these two open the connections.
  'src/infra/redis/client.ts',
  'jobs/connection.ts',
  'src/infra/config/secret-references.ts',
  'src/infra/config/initialize.ts',
  // The workers' half of a new pairing, into a file that only its owner may read.
  'src/infra/private-file.ts',
  'test/',
];

function mayReveal(file: string): boolean {
  return REVEAL_CALLERS.some((allowed) => (allowed.endsWith('/') ? file.startsWith(allowed) : file === allowed));
}

/** Any mention of a member called `reveal`, called or passed on, outside the list above. */
export const revealCallers: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      caller:
        '.reveal() is not allowed here: pass the SecretValue on to a module listed in .ci/eslint/reveal-callers.ts.',
    },
  },
  create(context) {
    if (mayReveal(relative(context.cwd, context.filename))) return {};
    function report(node: Rule.Node): void {
      context.report({ node, messageId: 'caller' });
    }
    return {
      'MemberExpression[property.name="reveal"]': report,
      'MemberExpression[property.value="reveal"]': report,
      'ObjectPattern > Property[key.name="reveal"]': report,
    };
  },
};
