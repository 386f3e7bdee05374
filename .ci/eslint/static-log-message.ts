import type { Rule } from 'eslint';

type CallExpression = Extract<Rule.Node, { type: 'CallExpression' }>;
type Argument = CallExpression['arguments'][number] | undefined;

const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const LOGGERS = /^(log|logger)$/i;

/** `log.warn`, `deps.log.warn`, `this.logger.warn`: the last name before the level is what counts. */
function isLogCall(call: CallExpression): boolean {
  const { callee } = call;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false;
  if (!LEVELS.has(callee.property.name)) return false;
  const owner = callee.object.type === 'MemberExpression' ? callee.object.property : callee.object;
  return owner.type === 'Identifier' && LOGGERS.test(owner.name);
}

function isText(argument: Argument): boolean {
  return argument?.type === 'Literal' && typeof argument.value === 'string';
}

function isFields(argument: Argument): boolean {
  return (
    argument !== undefined &&
    !['SpreadElement', 'Literal', 'TemplateLiteral', 'BinaryExpression'].includes(argument.type)
  );
}

/** A log line is an object of fields and one fixed text, in this order: what varies can then be found, counted and redacted. */
export const staticLogMessage: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      shape: 'Log (fields, "fixed text"): an object first, then one string literal; what varies goes into the fields.',
    },
  },
  create: (context) => ({
    CallExpression(node): void {
      if (!isLogCall(node)) return;
      const [fields, text, ...rest] = node.arguments;
      if (!isFields(fields) || !isText(text) || rest.length > 0) context.report({ node, messageId: 'shape' });
    },
  }),
};
