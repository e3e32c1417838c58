/** The container and the manifests: linted, checked against schemas, and the image's steps done by hand. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { startProgram } from './support/cli-process.ts';
import { errorsOf } from './support/config-load.ts';
import { composeSchema, manifestSchema } from './support/deploy-schemas.ts';
import { type Instruction, readCopy, readDockerfile, readExec } from './support/dockerfile.ts';
import { PROJECT } from './support/tidy-source.ts';

const readText = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const stages = readDockerfile(readText('Dockerfile'));
const last = stages.at(-1);
/** Of Node, as the entry's first line has them. */
const flags = (readText('src/main.ts').split('\n')[0] ?? '').split(' ').slice(3);
const inLast = (word: string): Instruction[] => (last?.instructions ?? []).filter((it) => it.word === word);

describe('Dockerfile', () => {
  it('builds on slim images of the Node that the program needs', () => {
    const major = /"node": ">=(\d+)"/.exec(readText('package.json'))?.[1];
    for (const { image } of stages) expect(image).toMatch(new RegExp(`^node:${major}-[a-z]+-slim$`));
  });
  it('runs as a numeric user that is not root', () => {
    expect(inLast('USER').map((it) => it.rest)).toEqual(['10001:10001']);
  });
  it('runs commands without a shell between', () => {
    const commands = stages
      .flatMap((stage) => stage.instructions)
      .filter((it) => ['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(it.word));
    expect(commands.filter((it) => readExec(it.rest) === undefined)).toEqual([]);
    expect(inLast('ENTRYPOINT').map((it) => readExec(it.rest))).toEqual([['node', ...flags, 'dist/main.js']]);
  });
  it('starts the program as npm start and the command do', () => {
    expect(flags).toEqual([expect.stringMatching(/^--max-semi-space-size=\d+$/)]);
    expect(
      inLast('ENV')
        .map((it) => it.rest)
        .join(),
    ).toContain('MALLOC_ARENA_MAX=1 ');
    expect(readText('package.json')).toContain(
      `MALLOC_ARENA_MAX=1 exec node ${flags.join(' ')} dist/main.js serve"`,
    );
  });
  it('exposes both planes and has a health check of its own', () => {
    expect(inLast('EXPOSE').map((it) => it.rest)).toEqual(['8080 8081']);
    expect(inLast('HEALTHCHECK')[0]?.rest).toContain('CMD ["node", "deploy/health-check.mjs"]');
  });
  it('installs for production without development packages and install scripts', () => {
    const runs = stages.flatMap((stage) => stage.instructions).filter((it) => it.word === 'RUN');
    expect(runs.map((it) => readExec(it.rest))).toContainEqual([
      'npm',
      'ci',
      '--omit=dev',
      '--ignore-scripts',
    ]);
  });
  it('copies only what exists and what the context holds', () => {
    const context = new Set(
      readText('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    );
    const sources = stages
      .flatMap((stage) => stage.instructions)
      .filter((it) => it.word === 'COPY')
      .map(readCopy)
      .filter((copy) => copy.from === undefined)
      .flatMap((copy) => copy.sources);
    expect(sources.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
    expect([...context].sort()).toEqual([...new Set(sources)].sort());
  });
});

describe("the image's steps by hand", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'sallyport-image-'));
    for (const stage of stages) makeStage(root, stage.name ?? 'image', stage.instructions);
  }, 300_000);
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('give a program that is healthy, ready and writes to its data directory only', async () => {
    const app = join(root, 'image/app');
    const before = listing(app);
    const data = join(root, 'image/data');
    const program = startProgram(join(app, 'dist/main.js'), ['serve'], {
      folder: app,
      env: { SALLYPORT_DATA_DIR: data, NODE_ENV: 'production' },
    });
    const { control } = await program.ready();
    const port = new URL(control).port;
    const health = (path: string, at = port): number | null =>
      spawnSync(process.execPath, ['deploy/health-check.mjs', path], {
        cwd: app,
        env: { SALLYPORT_CONTROL_PORT: at, SALLYPORT_CONTROL_HOST: '0.0.0.0' },
      }).status;
    expect([health('/healthz'), health('/readyz'), health('/nope')]).toEqual([0, 0, 1]);
    program.child.kill('SIGTERM');
    expect((await program.result).code).toBe(0);
    expect(health('/healthz')).toBe(1);
    expect(listing(app)).toEqual(before);
    expect(listing(data)).toEqual([
      'admin-token',
      'records-key',
      'sallyport.db',
      'scan-api-key',
      'secret-key',
    ]);
  });
});

/** Does a stage's COPY, WORKDIR and RUN in a folder; network steps only where the switch is set. */
function makeStage(root: string, name: string, instructions: readonly Instruction[]): void {
  let folder = join(root, name);
  for (const instruction of instructions) {
    if (instruction.word === 'WORKDIR') {
      folder = join(root, name, instruction.rest);
      mkdirSync(folder, { recursive: true });
    }
    if (instruction.word === 'COPY') copyInto(root, folder, instruction);
    if (instruction.word === 'RUN') runIn(join(root, name), folder, readExec(instruction.rest) ?? []);
  }
}

function copyInto(root: string, folder: string, instruction: Instruction): void {
  const { from, sources, target } = readCopy(instruction);
  for (const source of sources) {
    const path = from === undefined ? join(PROJECT, source) : join(root, from, source);
    const isFolder = target.endsWith('/');
    const to = isFolder ? join(folder, target, source.split('/').at(-1) ?? '') : join(folder, target);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to, { recursive: true, verbatimSymlinks: true });
  }
}

function runIn(root: string, folder: string, command: readonly string[]): void {
  const [program = '', ...args] = command;
  const install = program === 'npm' && args[0] === 'ci';
  const forProduction = args.includes('--omit=dev');
  if (install && !(forProduction && process.env.SALLYPORT_TEST_IMAGE_STEPS === '1')) {
    // The same packages, from the project's own installation.
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    return;
  }
  if (program === 'install') {
    mkdirSync(join(root, args.at(-1) ?? ''), { recursive: true, mode: 0o700 });
    return;
  }
  const done = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  expect({ command, code: done.status, output: done.status === 0 ? '' : done.stdout + done.stderr }).toEqual({
    command,
    code: 0,
    output: '',
  });
}

/** Every file of a folder with its size, without the packages. */
function listing(folder: string): string[] {
  const found = spawnSync('find', ['.', '-path', './node_modules', '-prune', '-o', '-type', 'f', '-print'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return found.stdout
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => path.slice(2))
    .sort();
}

describe('deploy/', () => {
  const ajv = new Ajv({ allErrors: true, strict: true });
  const errors = (schema: object, value: unknown): unknown[] => {
    const validate = ajv.compile(schema);
    return validate(value) ? [] : (validate.errors ?? []);
  };
  const manifests = parseAllDocuments(readText('deploy/kubernetes/sidecar.yaml')).map((document): unknown =>
    document.toJS(),
  );

  it('compose.yaml is of its schema', () => {
    expect(errors(composeSchema, parse(readText('deploy/compose.yaml')))).toEqual([]);
  });
  it('sidecar.yaml is of its schema', () => {
    expect(manifests).toHaveLength(2);
    for (const manifest of manifests) expect(errors(manifestSchema, manifest)).toEqual([]);
  });
  it('the schemas find a slip', () => {
    expect(errors(composeSchema, { services: { a: { image: 'a', privileged: true } } })).not.toEqual([]);
    expect(
      errors(manifestSchema, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: {} }),
    ).not.toEqual([]);
  });
  it('sallyport.yaml is valid with the variables that compose.yaml asks for', () => {
    const value = (name: string): string => name.toLowerCase().repeat(4).replaceAll('_', '-');
    const names = ['SHOP_KEY', 'OPENAI_API_KEY', 'SALLYPORT_ADMIN_TOKEN', 'SALLYPORT_SCAN_API_KEY'];
    const compose = readText('deploy/compose.yaml');
    for (const name of names) expect(compose).toContain(`\${${name}:?`);
    const env = { ...Object.fromEntries(names.map((name) => [name, value(name)])) };
    const hosts = { SALLYPORT_GATEWAY_HOST: '0.0.0.0', SALLYPORT_CONTROL_HOST: '0.0.0.0' };
    expect(errorsOf(readText('deploy/sallyport.yaml'), { ...env, ...hosts })).toEqual([]);
    expect(errorsOf(readText('deploy/sallyport.yaml'), hosts)).not.toEqual([]);
  });
  it('the configuration within sidecar.yaml is valid', () => {
    const [configMap] = manifests;
    const data = typeof configMap === 'object' && configMap ? Reflect.get(configMap, 'data') : undefined;
    expect(errorsOf(String(Reflect.get(Object(data), 'sallyport.yaml')))).toEqual([]);
  });
  it('the version of the image is the version of the program', () => {
    const version: unknown = Reflect.get(Object(JSON.parse(readText('package.json'))), 'version');
    for (const file of ['deploy/compose.yaml', 'deploy/kubernetes/sidecar.yaml']) {
      expect(readText(file)).toContain(`image: sallyport:${String(version)}\n`);
    }
  });
});
