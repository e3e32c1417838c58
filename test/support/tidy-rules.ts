/** The house rules as functions from one parsed source file to the slips in it. */
import { posix } from 'node:path';
import ts from 'typescript';
import {
  exportsOf,
  importsOf,
  nodesOf,
  placeOf,
  resolveOwn,
  type Slip,
  type SourceFile,
} from './tidy-source.ts';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
const COLUMNS_MAX = 110;
const BANNED_NAMES = /^(utils?|helpers?|commons?|misc|managers?|services?)$/;

interface Floor {
  /** Own folders that it may import, besides itself. */
  readonly folders: readonly string[];
  /** Packages that it may import; undefined: any but the forbidden ones. */
  readonly packages?: readonly string[];
  readonly notPackages?: readonly string[];
}

const PURE = ['zod', 're2js', 'tldts', 'ipaddr.js', 'entities', 'lru-cache', 'eventsource-parser'];
const FLOORS: Readonly<Record<string, Floor>> = {
  core: { folders: [], packages: ['zod'] },
  engine: { folders: ['core'], packages: PURE },
  protocols: { folders: ['core'], packages: PURE },
  telemetry: { folders: ['core'], packages: ['pino'] },
  store: {
    folders: ['core'],
    packages: [
      'better-sqlite3',
      'pg',
      'kysely',
      'zod',
      'node:crypto',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:worker_threads',
    ],
  },
  registry: { folders: ['core', 'store'], notPackages: ['express', 'undici', 'pg', 'better-sqlite3'] },
  scan: { folders: ['core', 'engine'], notPackages: ['express', 'http-proxy-middleware', 'helmet'] },
  http: { folders: ['core', 'telemetry'], notPackages: ['undici', 'http-proxy-middleware'] },
  workers: { folders: ['core', 'engine'], notPackages: ['express', 'undici'] },
  inspection: {
    folders: ['core', 'scan', 'protocols'],
    notPackages: [
      'express',
      'undici',
      'http-proxy-middleware',
      'helmet',
      'node:http',
      'node:https',
      'node:net',
    ],
  },
  proxy: { folders: ['core', 'inspection', 'protocols', 'http', 'telemetry'] },
  'scan-api': {
    folders: ['core', 'scan', 'http', 'telemetry'],
    notPackages: ['undici', 'http-proxy-middleware'],
  },
  management: {
    folders: ['core', 'registry', 'scan', 'http', 'telemetry'],
    notPackages: ['undici', 'http-proxy-middleware', 'pg', 'better-sqlite3', 'kysely'],
  },
  demo: { folders: ['core', 'http', 'telemetry'] },
};
/** Files at the top of `src`: floor 6, they may import everything. */
const TOP = /^src\/(main|cli|compose|config)(-[a-z-]+)?\.ts$/;

/** Imports to a lower floor only, types too; who may import which package. */
export function floorSlips(source: SourceFile): Slip[] {
  if (TOP.test(source.path)) return [];
  const folder = source.path.split('/')[1] ?? '';
  const floor = FLOORS[folder];
  if (floor === undefined) return [`${source.path}: a folder without a floor`];
  return importsOf(source).flatMap((name) => {
    const own = resolveOwn(source.path, name);
    const fault =
      own === undefined ? packageFault(source.path, floor, name) : ownFault(source.path, folder, floor, own);
    return fault === undefined ? [] : [`${source.path}: ${fault}`];
  });
}

function packageFault(from: string, floor: Floor, name: string): string | undefined {
  // Of the scan services, those that are remote talk HTTP.
  const talks = /^src\/scan\/(prisma-airs|judge)/.test(from);
  if (/^src\/scan\//.test(from) && !talks && /^(undici|node:https?|node:net)$/.test(name)) {
    return `may not import the package ${name}`;
  }
  const known = floor.packages === undefined || floor.packages.includes(name);
  const forbidden = floor.notPackages?.includes(name) ?? false;
  return known && !forbidden ? undefined : `may not import the package ${name}`;
}

function ownFault(from: string, folder: string, floor: Floor, to: string): string | undefined {
  const target = to.split('/')[1] ?? '';
  if (!to.startsWith('src/')) return `imports ${to} from outside src`;
  if (target !== folder && !floor.folders.includes(target)) return `may not import ${to}`;
  if (folder === 'scan' && target === 'engine' && from !== 'src/scan/embedded.ts')
    return `only embedded.ts imports ${to}`;
  if (folder === 'inspection' && target === 'protocols' && to !== 'src/protocols/protocol.ts') {
    return `may import the protocol interface only, not ${to}`;
  }
  return undefined;
}

/**
 * Entries of a folder's list do not import each other: a detector or protocol is one file, or several whose
 * names begin with its own.
 * @param entries names of the listed files, without their ending
 */
export function siblingSlips(source: SourceFile, folder: string, entries: readonly string[]): Slip[] {
  const ownerOf = (path: string): string | undefined =>
    posix.dirname(path) === folder
      ? entries.find(
          (entry) => posix.basename(path, '.ts') === entry || posix.basename(path).startsWith(`${entry}-`),
        )
      : undefined;
  const owner = ownerOf(source.path);
  if (owner === undefined) return [];
  return importsOf(source).flatMap((name) => {
    const target = ownerOf(resolveOwn(source.path, name) ?? '');
    return target === undefined || target === owner ? [] : [`${source.path}: imports ${target}`];
  });
}

/** File, function and line lengths. */
export function sizeSlips(source: SourceFile): Slip[] {
  const lines = source.text.split('\n');
  const slips: Slip[] = [];
  if (lines.length - 1 > FILE_LINES_MAX) slips.push(`${source.path}: ${lines.length - 1} lines`);
  const unbreakable = patternLines(source);
  lines.forEach((line, index) => {
    if ([...line].length <= COLUMNS_MAX || unbreakable.has(index)) return;
    slips.push(`${source.path}:${index + 1}: ${[...line].length} columns`);
  });
  for (const node of nodesOf(source.tree)) {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) continue;
    const first = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line;
    const last = source.tree.getLineAndCharacterOfPosition(node.end).line;
    const length = last - first + 1;
    if (length > FUNCTION_LINES_MAX) slips.push(`${placeOf(source, node)}: a function of ${length} lines`);
  }
  return slips;
}

/** Lines that are long because of one pattern: a regular expression, or a text that becomes one. */
function patternLines(source: SourceFile): Set<number> {
  const found = new Set<number>();
  for (const node of nodesOf(source.tree)) {
    const isText = ts.isStringLiteral(node) || ts.isTemplateLiteral(node);
    const isPattern =
      ts.isRegularExpressionLiteral(node) || (isText && /\\\\|\(\?/.test(node.getText(source.tree)));
    if (!isPattern) continue;
    const start = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree));
    const end = source.tree.getLineAndCharacterOfPosition(node.end);
    if (start.line === end.line && start.character < 60 && end.character > 100) found.add(start.line);
  }
  return found;
}

/** `any`, non-null assertions, default exports, casts through `unknown`. */
export function typeSlips(source: SourceFile): Slip[] {
  const slips: Slip[] = [];
  for (const node of nodesOf(source.tree)) {
    const place = placeOf(source, node);
    if (node.kind === ts.SyntaxKind.AnyKeyword) slips.push(`${place}: any`);
    if (ts.isNonNullExpression(node)) slips.push(`${place}: a non-null assertion`);
    if (ts.isExportAssignment(node)) slips.push(`${place}: a default export`);
    if (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) {
      slips.push(`${place}: a default export`);
    }
    if (ts.isAsExpression(node) && ts.isAsExpression(node.expression) && isUnknown(node.expression.type)) {
      slips.push(`${place}: a cast through unknown`);
    }
  }
  return slips;
}

function isUnknown(node: ts.TypeNode): boolean {
  return node.kind === ts.SyntaxKind.UnknownKeyword;
}

/** `console` outside the command line, `process.env` outside the configuration. */
export function ambientSlips(source: SourceFile): Slip[] {
  const slips: Slip[] = [];
  for (const node of nodesOf(source.tree)) {
    if (ts.isIdentifier(node) && node.text === 'console' && source.path !== 'src/cli.ts' && isValue(node)) {
      slips.push(`${placeOf(source, node)}: console`);
    }
    if (ts.isPropertyAccessExpression(node) && node.getText(source.tree) === 'process.env') {
      if (source.path !== 'src/config.ts') slips.push(`${placeOf(source, node)}: process.env`);
    }
  }
  return slips;
}

const CLOCKS = new Set([
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'crypto',
  'process',
]);
const IMPURE_MEMBERS = new Set(['Math.random', 'process.hrtime', 'Temporal.Now', 'AbortSignal.timeout']);

/** No clock, no timer, no randomness where they must be handed in. */
export function puritySlips(source: SourceFile): Slip[] {
  if (!/^src\/(engine|protocols|inspection)\//.test(source.path)) return [];
  const slips: Slip[] = [];
  for (const node of nodesOf(source.tree)) {
    const clock = ts.isIdentifier(node) && CLOCKS.has(node.text) && isValue(node);
    const member = ts.isPropertyAccessExpression(node) && IMPURE_MEMBERS.has(node.getText(source.tree));
    if (clock || member) slips.push(`${placeOf(source, node)}: ${node.getText(source.tree)}`);
  }
  for (const name of importsOf(source)) {
    if (/^node:(timers|perf_hooks|fs|net|http|child_process|worker_threads)/.test(name)) {
      slips.push(`${source.path}: ${name}`);
    }
  }
  return slips;
}

/** An identifier that stands for a value of that name, not for a member, a key or a type. */
function isValue(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false;
  if ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node)
    return false;
  if (ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent) || ts.isBindingElement(parent))
    return false;
  return !ts.isPropertyDeclaration(parent) && !ts.isParameter(parent) && !ts.isVariableDeclaration(parent);
}

const words = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
    .split('-');
const alike = (a: string, b: string): boolean => a.slice(0, 4) === b.slice(0, 4);

/**
 * Kebab-case file names. A file with one export is named after it: they share a word. A file with several is
 * named after what they have in common, which no program can tell; an index is the list of its folder.
 */
export function nameSlips(source: SourceFile): Slip[] {
  const slips = pathSlips(source.path);
  const base = posix.basename(source.path).replace(/(\.test)?\.ts$/, '');
  const [only, ...others] = exportsOf(source);
  if (!source.path.startsWith('src/') || base === 'index' || only === undefined || others.length > 0)
    return slips;
  const fits = words(base).some((own) => words(only).some((word) => alike(word, own)));
  return fits ? slips : [...slips, `${source.path}: not named after its one export ${only}`];
}

/** Names of the folders and of the file itself. */
export function pathSlips(path: string): Slip[] {
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''));
  const banned = parts.filter((part) => BANNED_NAMES.test(part));
  const odd = parts.filter((part) => part !== '' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
  return [...banned, ...odd].map((part) => `${path}: the name ${part}`);
}

/** Each file opens with one comment that says what it is for; no leftover marks. */
export function commentSlips(source: SourceFile): Slip[] {
  const slips: Slip[] = [];
  if (!/^(#!.*\n)?\/\*\*\s*\S[\s\S]*?\*\//.test(source.text))
    slips.push(`${source.path}: no opening sentence`);
  // Spelled apart so that this file does not find itself.
  const marks = new RegExp(
    `\\b(${['TO', 'FIX', 'X'].map((it, at) => it + ['DO', 'ME', 'XX'][at]).join('|')})\\b`,
  );
  source.text.split('\n').forEach((line, index) => {
    if (marks.test(line)) slips.push(`${source.path}:${index + 1}: a leftover mark`);
  });
  return slips;
}
