import { panelConformance } from '../../app/panel-conformance.ts';
import { exitCodeOfLooks, looksDocument, sayLooks } from '../looks-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { findPanel } from '../targets.ts';

/** `keyturn panel conformance`: what Keyturn takes for granted of a panel, looked up on the real one. */
export async function conformance(
  session: Session,
  name: string,
  { write }: { readonly write: boolean },
): Promise<number> {
  return withKeyturn(
    session,
    async ({ config, deps }) => {
      const { id: panelId } = findPanel(config, name);
      const looks = await sayLooks(session.output, panelConformance(deps, { panelId, write }, session.signal));
      session.output.result({ ...looksDocument(panelId, looks), write });
      return exitCodeOfLooks(looks);
    },
    { allowEmbedded: !write },
  );
}
