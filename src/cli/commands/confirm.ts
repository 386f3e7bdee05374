import { confirmByHand } from '../../app/confirm-by-hand.ts';
import { readProgress } from '../../app/follow-rotation.ts';
import type { BindingId } from '../../core/model.ts';
import { readReport } from '../follow.ts';
import { exitCodeOfReport, sayReport } from '../rotation-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { actorOf, rotationIdOf } from '../targets.ts';

/** `keyturn confirm`: an operator vouches for a panel that nothing else can prove. */
export async function confirm(session: Session, rotation: string, binding: string): Promise<number> {
  return withKeyturn(session, async (keyturn) => {
    const { deps } = keyturn;
    const rotationId = rotationIdOf(rotation);
    await readProgress(deps, rotationId);
    const confirmation = { rotationId, bindingId: binding as BindingId, actor: actorOf(process.env) };
    await confirmByHand(deps, confirmation, session.signal);
    const report = await readReport(keyturn, await readProgress(deps, rotationId));
    sayReport(session.output, report, await keyturn.countWorkers());
    session.output.result(report);
    return exitCodeOfReport(report);
  });
}
