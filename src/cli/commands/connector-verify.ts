import { verifyConnector } from '../../app/verify-connector.ts';
import { exitCodeOfLooks, looksDocument, sayLooks } from '../looks-view.ts';
import { type Session, withKeyturn } from '../session.ts';
import { findPanel } from '../targets.ts';

/** `keyturn connector verify`: proves that a panel's connector is installed, paired and able to work. Changes nothing. */
export async function connectorVerify(session: Session, name: string): Promise<number> {
  return withKeyturn(
    session,
    async ({ config, deps }) => {
      const { id: panelId } = findPanel(config, name);
      const looks = await sayLooks(session.output, verifyConnector(deps, panelId, session.signal));
      session.output.result(looksDocument(panelId, looks));
      return exitCodeOfLooks(looks);
    },
    { allowEmbedded: true },
  );
}
