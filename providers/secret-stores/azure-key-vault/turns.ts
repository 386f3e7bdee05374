const last = new Map<string, Promise<unknown>>();

/**
 * Runs work under one key one after the other within this process. Azure compares nothing before it writes, so two rotations
 * of one secret must not even begin together; between processes the account's lease sees to that.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = last.get(key);
  const mine = after(before, work);
  last.set(key, mine);
  try {
    return await mine;
  } finally {
    if (last.get(key) === mine) last.delete(key);
  }
}

async function after<T>(before: Promise<unknown> | undefined, work: () => Promise<T>): Promise<T> {
  await before?.catch(() => undefined);
  return await work();
}
