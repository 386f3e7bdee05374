import { Pool } from 'undici';

/** The four calls that one binding takes: observe, apply, observe again, check. Both sides of the comparison make just these. */
export interface PanelCalls {
  read(id: string): Promise<string>;
  push(id: string, value: string): Promise<void>;
  check(id: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createPanelCalls(port: number, connections: number): PanelCalls {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  async function call(method: 'GET' | 'POST', path: string, body?: string): Promise<{ status: number; text: string }> {
    const answer = await pool.request({ method, path, ...(body !== undefined && { body }) });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
  return {
    read: async (id) => (await call('GET', `/${id}`)).text,
    async push(id, value) {
      await call('POST', `/${id}`, value);
    },
    check: async (id) => (await call('GET', `/check-${id}`)).status === 200,
    close: () => pool.close(),
  };
}
