/** What goes wrong within a route, as clients of the management API are told it. */
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { EngineBusyError } from '../../../src/core/policy.ts';
import { createManagementRouter } from '../../../src/management/router.ts';
import { EVERYTHING } from '../../../src/registry/grants.ts';

let close: () => void = () => undefined;
afterEach(() => close());

/** The answer of a route that throws this, and what the log was told. */
async function answerTo(fault: unknown): Promise<{ response: Response; faults: unknown[] }> {
  const faults: unknown[] = [];
  const handler = createManagementRouter({
    routes: [{ method: 'GET', path: '/broken', permission: null, answer: () => Promise.reject(fault) }],
    find: async () => ({ ...EVERYTHING, userId: null, projectId: undefined }),
    getProject: () => Promise.reject(new TypeError('no project is asked for')),
    onChanged: async () => undefined,
    isUnavailable: (cause) => cause === 'store',
    onFault: (cause) => faults.push(cause),
    now: () => 0,
    sleep: async () => undefined,
  });
  const server = createServer((request, response) =>
    handler(
      request as Parameters<typeof handler>[0],
      response as Parameters<typeof handler>[1],
      () => undefined,
    ),
  );
  close = () => server.close();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const response = await fetch(`http://127.0.0.1:${port}/backend/v1/broken`, {
    headers: { authorization: 'Bearer any' },
  });
  return { response, faults };
}

describe('a fault of a route', () => {
  it.each([
    ['a full engine', new EngineBusyError(), 503, 'There is too much to judge at the moment'],
    ['a store that cannot be used', 'store', 503, 'The database cannot be used'],
  ])('that is %s may be tried again', async (_name, fault, status, detail) => {
    const { response, faults } = await answerTo(fault);
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ detail });
    expect(faults).toEqual([]);
  });

  it('that is a defect is told to the log alone', async () => {
    const defect = new TypeError('holds the text of a prompt');
    const { response, faults } = await answerTo(defect);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ detail: 'Internal server error' });
    expect(faults).toEqual([defect]);
  });
});
