import type { ModuleFacts, Observation } from '../../../src/core/observation.ts';
import type { Description, Observed } from './schema.ts';

/** The versions a connector told, as ours. */
export function toModuleFacts({ version, library }: Pick<Description['module'], 'version' | 'library'>): ModuleFacts {
  return {
    ...(typeof version === 'string' && { moduleVersion: version }),
    ...(typeof library === 'string' && { libraryVersion: library }),
  };
}

/** A connector's look at the stored credential as an observation. */
export function toObservation({ username, password, testMode, module }: Observed): Observation {
  return {
    state: 'observed',
    username,
    password,
    ...(testMode !== null && { testMode }),
    ...toModuleFacts(module),
  };
}
