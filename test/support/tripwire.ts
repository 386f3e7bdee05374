import { connect, createServer, type Socket } from 'node:net';

export interface Snare {
  /** What the command has to hold, as it goes over the wire. */
  readonly on: RegExp;
  /** `before`: Redis never sees the command. `after`: Redis has carried it out, the answer is lost. */
  readonly when: 'before' | 'after';
  /** The nth match springs it; 1 if left out. */
  readonly nth?: number;
  /** Called once, at that moment. Nothing passes in either direction from here on. */
  readonly spring: () => void;
}

/** A wire between one worker and Redis on which a test can kill the worker at an exact command. */
export interface Tripwire {
  readonly url: string;
  arm(snare: Snare): void;
  /** Lets everything pass again, for the next worker. */
  disarm(): void;
  close(): Promise<void>;
}

/** Starts the wire on a free port. Without a snare it passes everything on. */
export async function startTripwire(redisPort: number): Promise<Tripwire> {
  const sockets = new Set<Socket>();
  let snare: Snare | undefined;
  let matches = 0;
  let cut = false;

  function sprung(text: string): Snare | undefined {
    if (!snare) return undefined;
    matches += [...text.matchAll(new RegExp(snare.on, 'g'))].length;
    return matches >= (snare.nth ?? 1) ? snare : undefined;
  }

  function pass(bytes: Buffer, upstream: Socket): void {
    if (cut) return;
    const caught = sprung(bytes.toString('latin1'));
    if (!caught) return void upstream.write(bytes);
    cut = true;
    snare = undefined;
    if (caught.when === 'before') return caught.spring();
    upstream.once('data', caught.spring);
    upstream.write(bytes);
  }

  const server = createServer((client) => {
    const upstream = connect(redisPort, '127.0.0.1');
    const ends = [client, upstream];
    for (const end of ends) {
      sockets.add(end);
      end.setNoDelay(true);
      end.on('error', () => undefined);
      end.on('close', () => ends.forEach((each) => void (each.destroy() && sockets.delete(each))));
    }
    client.on('data', (bytes: Buffer) => pass(bytes, upstream));
    upstream.on('data', (bytes: Buffer) => void (cut || client.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    arm(next) {
      matches = 0;
      snare = next;
    },
    disarm() {
      snare = undefined;
      cut = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
