import type { BindingTarget } from '../../../src/core/model.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { blocker } from '../../shared/findings.ts';
import { NO_TEST } from './errors.ts';

/** What needs no look: a test binding has no chance here, so nothing is sent for it. */
export function clientexecFindings(where: string, { environment }: BindingTarget): readonly Finding[] {
  return environment === 'test' ? [blocker(`${where} ${NO_TEST.what}`, NO_TEST.fix)] : [];
}
