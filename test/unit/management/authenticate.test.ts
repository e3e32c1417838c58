/** Guesses at tokens: answered, then slowed, then refused unseen; a right token is let in meanwhile. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { ApiError } from '../../../src/management/api-error.ts';
import { createAuthenticate } from '../../../src/management/authenticate.ts';
import type { Caller } from '../../../src/management/caller.ts';

const CALLER: Caller = { userId: 'u', projectId: undefined, everywhere: new Set(), inProjects: new Map() };
const request = (token: string, address = '10.0.0.1'): IncomingMessage =>
  ({
    socket: { remoteAddress: address },
    headersDistinct: { authorization: [`Bearer ${token}`] },
  }) as unknown as IncomingMessage;

const started = () => {
  let nowMs = 0;
  let seen = 0;
  const waits: (() => void)[] = [];
  const authenticate = createAuthenticate({
    find: async (token) => {
      seen += 1;
      return token === 'right' ? CALLER : undefined;
    },
    now: () => nowMs,
    sleep: () => new Promise<void>((resolve) => waits.push(resolve)),
    failuresPerMinute: 3,
  });
  const statusOf = (token: string, address?: string): Promise<number> =>
    authenticate(request(token, address)).then(
      () => 200,
      (error: ApiError) => error.status,
    );
  return {
    statusOf,
    waits,
    seen: () => seen,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('guesses', () => {
  it('are answered, then wait, and a right token is let in meanwhile', async () => {
    const { statusOf, waits } = started();
    for (let i = 0; i < 3; i++) expect(await statusOf('wrong')).toBe(401);
    const late = statusOf('wrong');
    await turn();
    expect(waits).toHaveLength(1);
    expect(await statusOf('right')).toBe(200);
    waits[0]?.();
    expect(await late).toBe(401);
  });

  it('beyond the waiting places are refused unseen, of this address alone', async () => {
    const { statusOf, waits, seen } = started();
    for (let i = 0; i < 3; i++) await statusOf('wrong');
    const waiting = Array.from({ length: 20 }, () => statusOf('wrong'));
    await turn();
    const before = seen();
    expect(await statusOf('wrong')).toBe(429);
    expect(await statusOf('right')).toBe(429);
    expect(seen()).toBe(before);
    expect(await statusOf('right', '10.0.0.2')).toBe(200);
    for (const wake of waits) wake();
    expect(await Promise.all(waiting)).toEqual(Array(20).fill(401));
    expect(await statusOf('right')).toBe(200);
  });

  it('are forgotten after a minute', async () => {
    const { statusOf, waits, pass } = started();
    for (let i = 0; i < 3; i++) await statusOf('wrong');
    pass(60_000);
    expect(await statusOf('wrong')).toBe(401);
    expect(waits).toHaveLength(0);
  });

  it.each([
    [[]],
    [['Bearer']],
    [['Basic right']],
    [['Bearer right', 'Bearer right']],
    [['Bearer right left']],
    [[`Bearer ${'x'.repeat(1_001)}`]],
  ])('%j is no token', async (authorization) => {
    let seen = 0;
    const authenticate = createAuthenticate({
      find: async () => {
        seen += 1;
        return CALLER;
      },
      now: () => 0,
      sleep: async () => undefined,
    });
    const asked = { socket: {}, headersDistinct: { authorization } } as unknown as IncomingMessage;
    await expect(authenticate(asked)).rejects.toMatchObject({ status: 401 });
    expect(seen).toBe(0);
  });
});
