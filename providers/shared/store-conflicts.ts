import { KeyturnError } from '../../src/core/errors.ts';

/** The same refusals on every store that can be written, so that an operator reads one text for one thing. */
export function tokenReused(): KeyturnError {
  return new KeyturnError('STORE_CONFLICT', 'This idempotency token was used for another value already.', {
    fix: 'Start again with a new token.',
    untouched: 'The secret was not changed.',
  });
}

export function currentMoved(): KeyturnError {
  return new KeyturnError('STORE_CONFLICT', 'Another version has become current since it was looked at.', {
    fix: 'Look again: somebody else rotated or wrote this secret.',
    untouched: 'The current version was not changed.',
  });
}

export function noSuchVersion(): KeyturnError {
  return new KeyturnError('SECRET_NOT_FOUND', 'The version to be made current is not in the store.', {
    fix: 'Stage the value again.',
    untouched: 'The current version was not changed.',
  });
}

export function pendingTaken(): KeyturnError {
  return new KeyturnError(
    'STORE_CONFLICT',
    'Another version was staged at the same moment and is the pending one now.',
    {
      fix: 'Look again: somebody else is rotating this secret.',
      untouched: 'The current version was not changed.',
    },
  );
}
