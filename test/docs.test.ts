/** Holds the pages to what they say: every command and snippet is run, or checked against what it names. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../src/cli.ts';
import { withRegistry } from '../src/compose-offline.ts';
import { loadSettings } from '../src/compose-settings.ts';
import { type CliProcess, startCli } from './support/cli-process.ts';
import { codeBlocks, commandsOf } from './support/markdown.ts';
import { filesBelow, PROJECT } from './support/tidy-source.ts';

const readText = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const scripts = Object.keys(Object(Reflect.get(Object(JSON.parse(readText('package.json'))), 'scripts')));
const example = readText('config/sallyport.yaml');
const pages = filesBelow('.').filter((path) => path.endsWith('.md'));

let program: CliProcess;
let gateway: string;
let control: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  program = startCli([], { folder, env: { SALLYPORT_LOG_LEVEL: 'warn' } });
  ({ gateway, control } = await program.ready());
  // Commands over the store work beside the server, on what it keeps.
  vi.stubEnv('SALLYPORT_DATA_DIR', join(folder, 'data'));
  await makeBirds();
});

/** The scanner of the pages' examples, with two versions, in the project `default`. */
const makeBirds = (): Promise<void> =>
  withRegistry(loadSettings(), async ({ registry }) => {
    const actor = { userId: null };
    const config = { type: 'keyword', words: ['owl'] } as const;
    const id = await registry.createScanner(actor, { name: 'Birds', config, published: true });
    await registry.addScanner(actor, 'default', id);
    await registry.updateProject(actor, 'default', { scanners: [{ id, enabled: true }] });
    await registry.updateScanner(actor, id, { config: { type: 'keyword', words: ['heron'] } });
  });
afterAll(async () => {
  program.child.kill('SIGTERM');
  await program.result;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Each kind of command with its check; `run` throws or fails an expectation. */
const KINDS: readonly {
  readonly form: RegExp;
  readonly run: (match: RegExpExecArray) => void | Promise<void>;
}[] = [
  {
    form: /^curl .*127\.0\.0\.1:808[01].*$/,
    run: ([command]) => {
      const local = command
        .replaceAll('http://127.0.0.1:8080', gateway)
        .replaceAll('http://127.0.0.1:8081', control);
      const { status, stdout } = spawnSync('bash', ['-c', `${local} -w '\\n%{http_code}'`], {
        encoding: 'utf8',
        cwd: folder,
      });
      expect(status).toBe(0);
      expect(stdout).toMatch(/\n(200|403)$/);
    },
  },
  {
    form: /^(?:[A-Z_]+=\S+ )*npm (?:ci && npm )?(?:run )?([a-z:-]+)(?: -- .*)?$/,
    run: ([command, script = '']) => {
      expect(['ci', ...scripts]).toContain(script);
      for (const [, name = ''] of command.matchAll(/([A-Z_]+)=/g)) expect(example).toContain(name);
    },
  },
  {
    form: /^(?:echo '([^']*)' \| )?npx sallyport (\S.*)$/,
    run: async ([, stdin = '', args = '']) => {
      const lines: string[] = [];
      const streams = {
        out: (line: string) => lines.push(line),
        err: (line: string) => lines.push(line),
        stdin: (async function* () {
          yield Buffer.from(stdin);
        })(),
      };
      // What a scanner finds, and what two versions differ in, is no failure of the command.
      const codes = /^scanners (?:test|diff)/.test(args) ? [2, 3] : [0];
      const code = await runCli(args.split(' '), streams);
      expect({ code, lines }).toMatchObject({ code: expect.toBeOneOf(codes) });
    },
  },
  {
    form: /^(?:docker|kubectl) .*$/,
    run: ([command]) => {
      const files = command.split(' ').filter((word) => word.startsWith('deploy/'));
      expect(files.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
    },
  },
  {
    form: /^(?:bash )?(\.ci\/run|\.\/\.ci\/run)$/,
    run: ([, file = '']) => {
      expect(existsSync(join(PROJECT, file))).toBe(true);
    },
  },
];

describe.each(pages.filter((page) => commandsOf(readText(page)).length > 0))('the commands of %s', (page) => {
  it.each(commandsOf(readText(page)))('%s', async (command) => {
    const matches = KINDS.flatMap(({ form, run }) => {
      const match = form.exec(command);
      return match ? [{ match, run }] : [];
    });
    expect(matches).toHaveLength(1);
    for (const { match, run } of matches) await run(match);
  });
});

describe('the three requests of the README', () => {
  const requests = commandsOf(readText('README.md')).filter((command) => command.startsWith('curl'));
  const answer = (index: number): string => {
    const command = (requests[index] ?? '').replaceAll('http://127.0.0.1:8080', gateway);
    return spawnSync('bash', ['-c', command], { encoding: 'utf8' }).stdout;
  };
  it('pass, are blocked, are masked', () => {
    expect(requests).toHaveLength(3);
    expect(answer(0)).toContain('I am the demo model');
    expect(answer(1)).toContain('content_policy_violation');
    expect(answer(2)).toContain('XXXXXXXXXXXXXXXXXXX');
  });
});

describe('the snippets of the README', () => {
  const snippets = codeBlocks(readText('README.md')).filter((block) => block.language === 'js');
  const expected = [
    'Hello! I am the demo model. Ask me anything.',
    'Hello! I am the demo model. Ask me anything.\n',
    '403 content_filter\n',
  ];
  it('are as many as are run here', () => {
    expect(snippets).toHaveLength(expected.length);
  });
  it.each(expected.map((output, index) => ({ output, index })))(
    '$index prints $output',
    async ({ output, index }) => {
      const file = join(folder, `snippet-${index}.mjs`);
      writeFileSync(file, (snippets[index]?.text ?? '').replaceAll('http://127.0.0.1:8080', gateway));
      expect(await runNode(file)).toEqual({ code: 0, out: output, err: '' });
    },
  );
});

function runNode(file: string): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: '/usr/bin:/bin', OPENAI_API_KEY: 'any', ANTHROPIC_API_KEY: 'any' };
  const child = spawn(process.execPath, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk) => out.push(String(chunk)));
  child.stderr.on('data', (chunk) => err.push(String(chunk)));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out: out.join(''), err: err.join('') }));
  });
}

describe('the variables that the pages name', () => {
  it.each(pages)('%s names none that is unknown', (page) => {
    const named = [...readText(page).matchAll(/\b(?:SALLYPORT|PANW_AI_SEC)_[A-Z_]+\b/g)].map(
      ([name]) => name,
    );
    const known = [...filesBelow('src'), 'config/sallyport.yaml', 'test/deploy.test.ts']
      .map(readText)
      .join('\n');
    expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the settings that the pages name', () => {
  const settings = /\b(gateway|scan|control|scanApi|records|store|profiles)\.([A-Za-z]+)/g;
  it.each(pages)('%s names none that is unknown', (page) => {
    const spans = [...readText(page).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '').join('\n');
    const named = [...spans.matchAll(settings)].map(([path, , key = '']) => ({ path, key }));
    expect(
      named.filter(({ key }) => !new RegExp(`\\b${key}:`).test(example) && !/^(ts|js|yaml)$/.test(key)),
    ).toEqual([]);
  });
});
