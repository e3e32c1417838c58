/** What was acknowledged is kept: a process that is killed in the middle of changes, a database that goes away under load. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliProcess, runCliProcess, startCli } from '../support/cli-process.ts';
import { startPostgres } from '../support/postgres-server.ts';

/** 50 of them are the measure; a test run makes do with fewer. */
const KILLS = Number(process.env.STORE_KILLS ?? 4);
const ROUND_MS = 30_000;

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-faults-'));
  env = { SALLYPORT_ADMIN_TOKEN: randomBytes(16).toString('hex'), SALLYPORT_LOG_LEVEL: 'silent' };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Running {
  readonly cli: CliProcess;
  readonly gateway: string;
  /** Undefined where no answer came. */
  ask(method: string, path: string, body?: object): Promise<{ status: number; body: Answer } | undefined>;
  chat(content: string): Promise<Response | undefined>;
}
interface Answer {
  readonly id: string;
  readonly versionMeta: { readonly id: string; readonly name: string };
  readonly versions: readonly { readonly id: string; readonly name: string }[];
  readonly project: {
    readonly config: { readonly scanners: readonly { readonly id: string; readonly version: string }[] };
  };
}

const run = async (): Promise<Running> => {
  const cli = startCli([], { folder, env });
  const { gateway, control } = await cli.ready();
  const json = { 'content-type': 'application/json' };
  return {
    cli,
    gateway,
    async ask(method, path, body) {
      try {
        const response = await fetch(`${control}/backend/v1${path}`, {
          method,
          headers: { ...json, authorization: `Bearer ${env.SALLYPORT_ADMIN_TOKEN}` },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: response.status, body: (await response.json()) as Answer };
      } catch {
        return undefined;
      }
    },
    async chat(content) {
      try {
        const body = JSON.stringify({ model: 'demo', messages: [{ role: 'user', content }] });
        const response = await fetch(`${gateway}/v1/chat/completions`, {
          method: 'POST',
          headers: json,
          body,
        });
        await response.arrayBuffer();
        return response;
      } catch {
        return undefined;
      }
    },
  };
};

describe('a process that is killed', () => {
  /** Does something again and again until nobody answers; tells of each answer. */
  const repeat = async (work: (turn: number) => Promise<boolean>): Promise<void> => {
    for (let turn = 0; await work(turn); turn++);
  };

  it(
    `in the middle of publishes and exchanges, ${KILLS} times, has lost nothing that it acknowledged`,
    async () => {
      const first = await run();
      const words = (turn: number): object => ({ type: 'keyword', words: [`bluebird${turn}`] });
      const made = await first.ask('POST', '/scanners', { name: 'Birds', config: words(0), published: true });
      const scanner = made?.body.id ?? '';
      await first.ask('POST', `/projects/default/scanners/${scanner}`);
      await first.ask('PATCH', '/projects/default', {
        config: { scanners: [{ id: scanner, enabled: true }] },
      });
      let running = first;
      const pushed: string[] = [];
      const answered: string[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const { cli, ask, chat } = running;
        const [pushes, answers] = [pushed.length + 3 + kill * 2, answered.length + 2];
        const killWhenDue = (): void => {
          if (pushed.length >= pushes && answered.length >= answers) cli.child.kill('SIGKILL');
        };
        await Promise.all([
          repeat(async (turn) => {
            const version = { published: true, push: true };
            const answer = await ask('PATCH', `/scanners/${scanner}`, { config: words(turn), version });
            if (answer?.status !== 200) return false;
            pushed.push(answer.body.versionMeta.id);
            killWhenDue();
            return true;
          }),
          ...[1, 2].map((lane) =>
            repeat(async (turn) => {
              const response = await chat(`hello ${lane} ${turn}`);
              if (response?.status !== 200) return false;
              answered.push(response.headers.get('x-sallyport-tr-id') ?? '');
              killWhenDue();
              return true;
            }),
          ),
        ]);
        await cli.result;
        running = await run();
        const { versions = [] } = (await running.ask('GET', `/scanners/${scanner}/versions`))?.body ?? {};
        expect(versions.map((it) => it.name)).toEqual(versions.map((_, i) => `v_${versions.length - i}`));
        const ids = versions.map((it) => it.id);
        expect(pushed.filter((id) => !ids.includes(id))).toEqual([]);
        const { project } = (await running.ask('GET', '/projects/default'))?.body ?? {};
        const active = project?.config.scanners.filter((it) => it.id === scanner) ?? [];
        expect(active).toHaveLength(1);
        // The last one that was acknowledged, or the one after it that was on its way.
        const newest = ids.indexOf(pushed.at(-1) ?? '');
        expect(ids.indexOf(active[0]?.version ?? '')).toBeLessThanOrEqual(newest);
      }
      running.cli.child.kill('SIGTERM');
      await running.cli.result;
      expect(await runCliProcess(['records', 'verify'], { folder, env })).toMatchObject({ code: 0 });
      const { out } = await runCliProcess(['records', 'export'], { folder, env });
      const kept = out
        .trimEnd()
        .split('\n')
        .map((line): string => JSON.parse(line).trId);
      expect(answered.length).toBeGreaterThan(KILLS);
      for (const trId of answered) expect([trId, kept.filter((it) => it === trId).length]).toEqual([trId, 2]);
    },
    (KILLS + 2) * ROUND_MS,
  );
});

describe('a PostgreSQL that goes away', () => {
  it('under load: requests are refused and nothing is forwarded unrecorded; when it is back they pass again', async (context) => {
    const server = await startPostgres();
    if (server === undefined) return context.skip();
    try {
      env.SALLYPORT_DATABASE_URL = await server.newDatabase();
      const running = await run();
      const until = async (status: number): Promise<void> => {
        for (let tries = 0; tries < 200; tries++) {
          const answer = await running.chat('hello');
          if (answer?.status === status) return;
          expect([200, 503]).toContain(answer?.status);
        }
        throw new Error(`never answered ${status}`);
      };
      await until(200);
      const made = await running.ask('POST', '/scanners', { name: 'Kept', config: { words: ['x'] } });
      const load = Promise.all(Array.from({ length: 20 }, () => running.chat('hello')));
      await server.stop();
      for (const answer of await load) expect([200, 503]).toContain(answer?.status);
      await until(503);
      expect(
        (await running.ask('POST', '/scanners', { name: 'Lost', config: { words: ['x'] } }))?.status,
      ).toBe(503);
      await server.start();
      await until(200);
      expect((await running.ask('GET', `/scanners/${made?.body.id}`))?.status).toBe(200);
      running.cli.child.kill('SIGTERM');
      expect((await running.cli.result).code).toBe(0);
      expect(await runCliProcess(['records', 'verify'], { folder, env })).toMatchObject({ code: 0 });
    } finally {
      await server.remove();
    }
  }, 120_000);
});
