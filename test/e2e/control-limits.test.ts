/** The control plane under a flood of connections, and health while the data plane is full (THREATS D1, D3). */
import { expect, it } from 'vitest';
import { startCli } from '../support/cli-process.ts';
import { openSocket } from '../support/open-socket.ts';

const portOf = (url: string): number => Number(new URL(url).port);

it('is bounded by control.connections, and healthy while all of the data plane is taken', async () => {
  const cli = startCli(['serve', '--config', 'limits.yaml'], {
    files: {
      'limits.yaml':
        'gateway: { limits: { connections: 3, connectionsPerAddress: 3 } }\ncontrol: { connections: 3 }\n',
    },
  });
  const { gateway, control } = await cli.ready();
  const taken = await Promise.all([1, 2, 3].map(() => openSocket(portOf(gateway))));
  const over = await openSocket(portOf(gateway));
  expect(await over.closed).toMatch(/^HTTP\/1\.1 503 /);
  const health = await fetch(`${control}/healthz`, { headers: { connection: 'close' } });
  expect(health.status).toBe(200);
  await health.text();

  const held = await Promise.all([1, 2, 3].map(() => openSocket(portOf(control))));
  const dropped = await openSocket(portOf(control));
  expect(await dropped.closed).toBe('');
  held[0]?.socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect(await held[0]?.closed).toMatch(/^HTTP\/1\.1 200 /);
  for (const one of [...taken, ...held]) one.close();
  cli.child.kill('SIGTERM');
  expect((await cli.result).code).toBe(0);
});
