/** Holds the house rules of CONTRIBUTING.md; a broken one fails the build with its place. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ambientSlips,
  commentSlips,
  floorSlips,
  nameSlips,
  pathSlips,
  puritySlips,
  siblingSlips,
  sizeSlips,
  typeSlips,
} from './support/tidy-rules.ts';
import {
  cyclesOf,
  filesBelow,
  PROJECT,
  parseSource,
  readSources,
  unreachable,
  valueImportsOf,
} from './support/tidy-source.ts';

const product = readSources('src');
const code = [...product, ...readSources('test', 'bench')];

describe('the sources', () => {
  it('hold no import cycle, types included', () => {
    expect(cyclesOf(product)).toEqual([]);
  });
  it('import lower floors only', () => {
    expect(product.flatMap(floorSlips)).toEqual([]);
  });
  it('are all reached from the entry', () => {
    expect(unreachable(product, ['src/main.ts'])).toEqual([]);
  });
  it('stay within the sizes of files, functions and lines', () => {
    expect(product.flatMap(sizeSlips)).toEqual([]);
  });
  it('hold no any, non-null assertion, default export or cast through unknown', () => {
    expect(product.flatMap(typeSlips)).toEqual([]);
  });
  it('write to the console and read the environment in one place each', () => {
    expect(product.flatMap(ambientSlips)).toEqual([]);
  });
  it('are handed clock and randomness in engine, protocols and inspection', () => {
    expect(product.flatMap(puritySlips)).toEqual([]);
  });
  it('are kebab-case files named after what they export', () => {
    expect(code.flatMap(nameSlips)).toEqual([]);
  });
  it('open with a sentence and leave no marks', () => {
    expect(code.flatMap(commentSlips)).toEqual([]);
  });
});

describe('folders', () => {
  it('have speaking names', () => {
    const paths = ['src', 'test', 'bench', 'deploy', 'config', 'docs'].flatMap(filesBelow);
    const own = paths.filter((path) => !path.startsWith('test/golden/') && !path.startsWith('docs/'));
    expect(own.filter((path) => !path.endsWith('.ts')).flatMap(pathSlips)).toEqual([]);
  });

  const lists = [
    { folder: 'src/engine/detectors', golden: 'test/golden/detectors' },
    { folder: 'src/protocols', golden: 'test/golden/protocols' },
  ];
  describe.each(lists)('$folder', ({ folder, golden }) => {
    const list = `${folder}/index.ts`;
    const inFolder = product.filter((source) => posix.dirname(source.path) === folder);
    const index = inFolder.find((source) => source.path === list);
    // Types are the folder's contract, not entries.
    const entries = (index ? valueImportsOf(index) : []).map((name) => posix.basename(name, '.ts'));

    it('lists its entries', () => {
      expect(entries).not.toEqual([]);
    });
    it('has golden cases for each entry', () => {
      const cases = filesBelow('test/golden');
      expect(
        entries.filter((entry) => !cases.some((path) => path.startsWith(`${golden}/${entry}/`))),
      ).toEqual([]);
    });
    it('has entries that do not import each other', () => {
      expect(inFolder.flatMap((source) => siblingSlips(source, folder, entries))).toEqual([]);
    });
  });
});

describe('the rules themselves', () => {
  const slipsOf = (path: string, text: string): string[] => {
    const source = parseSource(path, `/** A file. */\n${text}\n`);
    const rules = [floorSlips, sizeSlips, typeSlips, ambientSlips, puritySlips, nameSlips, commentSlips];
    return rules.flatMap((rule) => rule(source));
  };
  it.each([
    ['src/engine/a.ts', "import type { B } from '../proxy/b.ts';"],
    ['src/engine/a.ts', "import type { B } from '../protocols/b.ts';"],
    ['src/core/a.ts', "import { b } from 'undici';"],
    ['src/core/a.ts', "type A = import('../scan/b.ts').B;"],
    ['src/proxy/a.ts', "const b = await import('../engine/b.ts');"],
    ['src/scan/fallback.ts', "import { b } from '../engine/b.ts';"],
    ['src/scan/embedded.ts', "import { b } from 'undici';"],
    ['src/inspection/a.ts', "import { b } from '../protocols/openai-chat.ts';"],
    ['src/core/a.ts', 'let a: any;'],
    ['src/core/a.ts', 'const a = b!;'],
    ['src/core/a.ts', 'const a = b as unknown as string;'],
    ['src/core/a.ts', 'export default 1;'],
    ['src/core/a.ts', 'export default function a() {}'],
    ['src/core/a.ts', 'console.log(1);'],
    ['src/core/a.ts', 'const a = process.env;'],
    ['src/core/a.ts', 'const a = process.env.HOME;'],
    ['src/engine/a.ts', 'const a = Date.now();'],
    ['src/engine/a.ts', 'const a = new Date();'],
    ['src/protocols/a.ts', 'const a = Math.random();'],
    ['src/inspection/a.ts', 'setTimeout(a, 1);'],
    ['src/inspection/a.ts', 'const a = performance.now();'],
    ['src/core/a.ts', `// ${'x'.repeat(108)}`],
    ['src/core/a.ts', '\n'.repeat(300)],
    ['src/core/a.ts', `function a() {${'\n'.repeat(70)}}`],
    ['src/core/camelCase.ts', ''],
    ['src/core/utils.ts', ''],
    ['src/services/a.ts', ''],
    ['src/core/mask.ts', 'export const verdict = 1;'],
    ['src/core/a.ts', `// ${'TO'}${'DO'} later`],
  ])('find the slip in %s: %s', (path, text) => {
    expect(slipsOf(path, text)).not.toEqual([]);
  });
  it.each([
    ['src/engine/a.ts', "import type { B } from '../core/b.ts';"],
    ['src/core/clock.ts', 'export interface Clock { readonly Date: string }'],
    ['src/engine/a.ts', 'const a = (tools: { now: () => number }) => tools.now();'],
    ['src/proxy/a.ts', 'const a = Date.now();'],
    ['src/cli.ts', 'console.log(1);'],
  ])('leave %s alone: %s', (path, text) => {
    expect(slipsOf(path, text)).toEqual([]);
  });
  it('find a cycle over types', () => {
    const a = parseSource('src/core/a.ts', "import type { B } from './b.ts';");
    const b = parseSource('src/core/b.ts', "export type { A } from './a.ts';");
    expect(cyclesOf([a, b])).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/a.ts']]);
  });
});

describe('Markdown files', () => {
  const pages = filesBelow('.').filter((path) => path.endsWith('.md'));
  it.each(pages)('%s names only paths that exist', (page) => {
    const text = readFileSync(join(PROJECT, page), 'utf8');
    expect(
      pathsIn(text).filter((path) => !existsSync(join(PROJECT, path)) && !existsBeside(page, path)),
    ).toEqual([]);
  });
});

const TOP = ['src', 'test', 'config', 'docs', 'bench', 'deploy', '.ci'];

/** Paths of the repository in code spans and link targets; a placeholder (`<name>`, `*`) is none. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
  const own = spans
    .flatMap((span) => span.split(/\s+/))
    .filter((span) => TOP.some((top) => span.startsWith(`${top}/`)));
  return [...own, ...links.filter((link) => !/^[a-z]+:/.test(link))]
    .map((path) => path.replace(/[,.;:)]+$/, ''))
    .filter((path) => !/[<>*{}…$]/.test(path));
}

function existsBeside(page: string, path: string): boolean {
  return existsSync(join(PROJECT, posix.dirname(page), path));
}
