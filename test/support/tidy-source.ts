/** Reads the project's sources for the tidy test: their imports, and what the house rules forbid in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export interface SourceFile {
  /** Path from the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** One broken rule, as `path:line: what`. */
export type Slip = string;

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'data', '.git', '.cache', '.stryker-tmp']);

/** Every file below a folder of the project, as paths from the root; what is made or fetched is left out. */
export function filesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(PROJECT, folder), { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path));
    else found.push(path);
  }
  return found.sort();
}

/** The TypeScript files below some folders, parsed. */
export function readSources(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap(filesBelow)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parseSource(path, readFileSync(join(PROJECT, path), 'utf8')));
}

/** Parses one text as the file of that path. */
export function parseSource(path: string, text: string): SourceFile {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** The node and all nodes below it. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

/** `path:line`, for messages. */
export function placeOf(source: SourceFile, node: ts.Node): string {
  return `${source.path}:${source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1}`;
}

/** Module specifiers of a file: static, re-exported, type-only, `import()` types and dynamic imports. */
export function importsOf(source: SourceFile): string[] {
  const names: string[] = [];
  for (const node of nodesOf(source.tree)) {
    const name = specifierOf(node);
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** Module specifiers of the imports that bring in more than types. */
export function valueImportsOf(source: SourceFile): string[] {
  return source.tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    return statement.importClause?.isTypeOnly === true ? [] : [statement.moduleSpecifier.text];
  });
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return ts.isStringLiteral(node.argument.literal) ? node.argument.literal.text : undefined;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [first] = node.arguments;
    return first && ts.isStringLiteral(first) ? first.text : undefined;
  }
  return undefined;
}

/** The project's own file that a specifier of `from` names, or undefined for a package. */
export function resolveOwn(from: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined;
}

/** One import cycle per group of files that reach each other, as a list of paths. */
export function cyclesOf(sources: readonly SourceFile[]): string[][] {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .map((name) => resolveOwn(source.path, name))
        .filter((path): path is string => path !== undefined),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'open') cycles.push([...trail.slice(trail.indexOf(path)), path]);
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

/** Files that nothing reachable from the entry imports. */
export function unreachable(sources: readonly SourceFile[], entries: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const queue = [...entries];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const source = byPath.get(path);
    if (source === undefined || seen.has(path)) continue;
    seen.add(path);
    for (const name of importsOf(source)) {
      const own = resolveOwn(path, name);
      if (own !== undefined) queue.push(own);
    }
  }
  return sources.map((source) => source.path).filter((path) => !seen.has(path));
}

/** Names that a file exports. */
export function exportsOf(source: SourceFile): string[] {
  const names: string[] = [];
  for (const statement of source.tree.statements) {
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      names.push(...statement.exportClause.elements.map((element) => element.name.text));
    }
    if (!ts.canHaveModifiers(statement)) continue;
    const exported = ts.getModifiers(statement)?.some((it) => it.kind === ts.SyntaxKind.ExportKeyword);
    if (!exported) continue;
    if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations)
        names.push(declaration.name.getText());
    } else if ('name' in statement) {
      const name = (statement as ts.DeclarationStatement).name;
      if (name) names.push(name.getText());
    }
  }
  return names;
}
