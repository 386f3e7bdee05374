import { once } from 'node:events';
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

/** What lies on the wire: whether a command springs the snare, and whether anything passes any more. */
interface Trap {
  snare: Snare | undefined;
  matches: number;
  cut: boolean;
}

/** Starts the wire on a free port. Without a snare it passes everything on. */
export async function startTripwire(redisPort: number): Promise<Tripwire> {
  const trap: Trap = { snare: undefined, matches: 0, cut: false };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(redisPort, '127.0.0.1');
    join(client, upstream, trap);
    for (const end of [client, upstream]) {
      sockets.add(end);
      end.on('close', () => sockets.delete(end));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    arm: (snare) => void Object.assign(trap, { snare, matches: 0 }),
    disarm: () => void Object.assign(trap, { snare: undefined, cut: false }),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function join(client: Socket, upstream: Socket, trap: Trap): void {
  for (const [end, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    end.setNoDelay(true);
    end.on('error', () => undefined);
    end.on('close', () => other.destroy());
  }
  client.on('data', (bytes: Buffer) => {
    pass(bytes, upstream, trap);
  });
  upstream.on('data', (bytes: Buffer) => {
    if (!trap.cut) client.write(bytes);
  });
}

function pass(bytes: Buffer, upstream: Socket, trap: Trap): void {
  if (trap.cut) return;
  const caught = sprung(bytes.toString('latin1'), trap);
  if (!caught) {
    upstream.write(bytes);
    return;
  }
  Object.assign(trap, { cut: true, snare: undefined });
  if (caught.when === 'before') {
    caught.spring();
    return;
  }
  upstream.once('data', caught.spring);
  upstream.write(bytes);
}

function sprung(text: string, trap: Trap): Snare | undefined {
  const { snare } = trap;
  if (!snare) return undefined;
  trap.matches += [...text.matchAll(new RegExp(snare.on, 'g'))].length;
  return trap.matches >= (snare.nth ?? 1) ? snare : undefined;
}
