/** Gateway keys and the rate limit of a key. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../../src/protocols/index.ts';
import { createClientGate } from '../../../src/proxy/clients.ts';
import type { ClientOptions } from '../../../src/proxy/options.ts';
import { SlidingWindow } from '../../../src/proxy/sliding-window.ts';

const gate = (clients: readonly ClientOptions[]) => createClientGate(clients, PROTOCOLS, () => 0);
const hash = createHash('sha256').update('secret').digest('hex');

describe('createClientGate', () => {
  it('refuses settings that would let anybody in', () => {
    expect(() => gate([{ name: 'a' }])).toThrow(/key/);
    expect(() => gate([{ name: 'a', key: '' }])).toThrow(/key/);
    expect(() => gate([{ name: 'a', keyHash: 'sha256:abc' }])).toThrow(/sha256/);
    expect(() => gate([{ name: 'a', keyHash: `md5:${hash}` }])).toThrow(/sha256/);
  });

  it('asks for nothing where no keys are set up', () => {
    expect(gate([]).admit({ 'x-sallyport-key': 'anything' }, undefined, '')).toEqual({ client: undefined });
  });

  it('takes hashes in any letter case', () => {
    const client = { name: 'a', keyHash: `sha256:${hash.toUpperCase()}` };
    expect(gate([client]).admit({ 'x-sallyport-key': 'secret' }, undefined, '')).toEqual({ client });
  });

  it('takes any credential header where no upstream is known, so that 401 comes before 404', () => {
    const one = gate([{ name: 'a', key: 'secret' }]);
    expect(one.admit({ authorization: 'Bearer secret' }, undefined, '')).toMatchObject({
      client: { name: 'a' },
    });
    expect(one.admit({ authorization: 'Bearer other' }, undefined, '')).toMatchObject({ refused: true });
  });

  it('knows a gateway key wherever it stands', () => {
    const one = gate([{ name: 'a', key: 'secret' }]);
    expect(one.holdsGatewayKey('Bearer secret')).toBe(true);
    expect(one.holdsGatewayKey('secret')).toBe(true);
    expect(one.holdsGatewayKey('Bearer other')).toBe(false);
  });
});

describe('SlidingWindow', () => {
  it('counts in every stretch of the window, not in its calendar', () => {
    const window = new SlidingWindow(2, 1000);
    expect(window.take(0)).toBe(0);
    expect(window.take(900)).toBe(0);
    expect(window.take(950)).toBe(50);
    expect(window.take(1000)).toBe(0);
    expect(window.take(1001)).toBe(899);
    expect(window.take(1900)).toBe(0);
  });
});
