import { describe, expect, it, vi } from 'vitest';
import { createGate } from '../../simulators/domainnameapi/pacing.ts';
import { createFaultSwitch } from '../../simulators/shared/faults.ts';
import { parseForm, toEntities } from '../../simulators/shared/form.ts';
import { locate, spread } from '../../simulators/shared/panels.ts';
import { fallback, maybe, number, object, text } from '../../simulators/shared/read.ts';
import { phpTrim } from '../../simulators/shared/registrar-library.ts';
import { decrypt, encrypt } from '../../simulators/whmcs/cipher.ts';

describe('form decoding', () => {
  it('nests brackets as PHP does', () => {
    expect(parseForm('a=1&vars[user]=u%20x&params[]=k&params[]=v&p[0][n]=z')).toEqual({
      a: '1',
      vars: { user: 'u x' },
      params: { '0': 'k', '1': 'v' },
      p: { '0': { n: 'z' } },
    });
  });

  it('turns the five special characters into entities', () => {
    expect(toEntities(`a&b<c>"d'`)).toBe('a&amp;b&lt;c&gt;&quot;d&#039;');
  });
});

describe('the library model', () => {
  it('trims what PHP trims and leaves the invisible rest', () => {
    expect(phpTrim(' \t\n\r\0\u000Bkey\u000B \n')).toBe('key');
    expect(phpTrim('\u00A0key\u200B')).toBe('\u00A0key\u200B');
  });
});

describe('the WHMCS cipher', () => {
  it('gives another ciphertext every time, 20 bytes longer than the text', () => {
    const [one, two] = [encrypt('elevenchars'), encrypt('elevenchars')];
    expect(one).not.toBe(two);
    expect([decrypt(one), decrypt(two)]).toEqual(['elevenchars', 'elevenchars']);
    expect(Buffer.from(one, 'base64')).toHaveLength(31);
  });
});

describe('fault switches', () => {
  it('hits only the named actions, and only so many times', () => {
    const faults = createFaultSwitch<'none' | '500'>();
    faults.set({ mode: '500', times: 1, actions: ['EditRow'] });
    expect(faults.take('getRows')).toBeUndefined();
    expect(faults.take('editrow')?.mode).toBe('500');
    expect(faults.take('editrow')).toBeUndefined();
  });
});

describe('pacing', () => {
  const rules = { on: true, perSecond: 1, burst: 1, refuseConcurrent: true, retryAfter: undefined };

  it('allows a small burst, then one a second, for each key on its own', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const gate = createGate(rules);
    function ask(key: string): boolean {
      const leave = gate.enter(key);
      leave?.();
      return leave !== undefined;
    }
    expect([ask('a'), ask('a'), ask('a'), ask('b')]).toEqual([true, true, false, true]);
    clock.mockReturnValue(1_000);
    expect([ask('a'), ask('a')]).toEqual([true, false]);
  });

  it('refuses a second request while the first is unanswered', () => {
    const gate = createGate({ ...rules, burst: 5 });
    const leave = gate.enter('a');
    expect(gate.enter('a')).toBeUndefined();
    leave?.();
    expect(gate.enter('a')).toBeDefined();
  });
});

describe('many panels', () => {
  it('finds the panel by the longest prefix', () => {
    const panels = new Map([
      ['', 'root'],
      ['/p/12', 'twelve'],
    ]);
    expect(locate(panels, '/p/12/includes/api.php')).toEqual({ panel: 'twelve', rest: '/includes/api.php' });
    expect(locate(panels, '/includes/api.php')).toEqual({ panel: 'root', rest: '/includes/api.php' });
  });

  it('gives every panel an address of its own', () => {
    const panels = spread({ count: 300, addressPrefix: '127.40', prefix: '/p/' });
    expect(new Set(panels.map(({ address }) => address)).size).toBe(300);
    expect(panels[299]).toEqual({ prefix: '/p/300', address: '127.40.1.44' });
  });
});

describe('the configuration reader', () => {
  const shape = object({ host: text, port: fallback(number, () => 0), note: maybe(text) });

  it('fills in defaults', () => {
    expect(shape.read({ host: 'a' }, 'config')).toEqual({ host: 'a', port: 0, note: undefined });
  });

  it.each([
    [{ host: 1 }, 'config.host: text expected'],
    [{ host: 'a', prot: 1 }, 'config: unknown field prot'],
    [[], 'config: an object expected'],
  ])('refuses %j', (value, complaint) => {
    expect(() => shape.read(value, 'config')).toThrow(complaint);
  });
});
