import { z } from 'zod';
import { secretReference } from '../secret-reference.ts';

/** The option of every panel kind that Keyturn has a connector for. */
export const connectorOption = z
  .strictObject({
    pairing: secretReference.describe(
      'Reference to the pairing text that "keyturn connector build" makes, for example file:.keyturn/billing.pairing.',
    ),
  })
  .describe("The connector inside the panel: reads, writes and checks from the panel's own address.");
