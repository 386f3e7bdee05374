import type { Rule } from 'eslint';

const STATEMENT =
  /^(?:import|export|const|let|var|return|await|throw|if|for|while|switch|function|async function)\b.*(?:[;{]|=>)$/;
const CALL = /^[\w$.]+\(.*\);$/;
const CLOSING = /^[)\]}]+[;,]?$/;

function looksLikeCode(line: string): boolean {
  const text = line.replace(/^[\s*]+/, '').trim();
  return STATEMENT.test(text) || CALL.test(text) || CLOSING.test(text);
}

/** A comment line that would be a statement without its slashes. Doc comments may show code; version control keeps the rest. */
export const noCommentedCode: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { code: 'Commented-out code: delete it, the history keeps it.' },
  },
  create: (context) => ({
    Program(): void {
      for (const comment of context.sourceCode.getAllComments()) {
        const isDoc = comment.type === 'Block' && comment.value.startsWith('*');
        if (isDoc || !comment.loc || !comment.value.split('\n').some(looksLikeCode)) continue;
        context.report({ loc: comment.loc, messageId: 'code' });
      }
    },
  }),
};
