/** Reads the YAML of the configuration and puts values of the environment into its texts, after parsing. */
import { LineCounter, parseDocument } from 'yaml';
import type { ConfigIssue } from './config-issue.ts';

/** What the errors of the YAML reader are called; its own messages quote the file, which may hold keys. */
const FAULTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'the same key stands here twice',
  MULTIPLE_DOCS: 'a second document begins here',
  TAB_AS_INDENT: 'a tab cannot indent',
  BAD_INDENT: 'the indentation does not fit',
  BAD_ALIAS: 'this alias names nothing',
  TAG_RESOLVE_FAILED: 'tags are not known here',
  MISSING_CHAR: 'a character is missing, such as a closing quote or bracket',
};

/** The value of a YAML text, or what is wrong with it. An empty text is an empty mapping. */
export function readYaml(source: string): { value: unknown } | { issues: ConfigIssue[] } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      issues: faults.map((fault) => {
        const { line, col } = lines.linePos(fault.pos[0]);
        const message = FAULTS[fault.code] ?? `this is not valid YAML (${fault.code})`;
        return { path: [], place: `line ${line}, column ${col}`, message };
      }),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {} };
  } catch {
    return { issues: [{ path: [], message: 'the aliases of the file cannot be followed' }] };
  }
}

const EXPRESSION = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}|\$\{/g;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every text of a parsed document; `$${` stands for `${`.
 * It is done after parsing, so that no value can add keys. An empty variable counts as not set.
 */
export function expandTexts(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { value: unknown; issues: ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  const expand = (node: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof node === 'string') return expandText(node, env, (message) => issues.push({ path, message }));
    if (Array.isArray(node)) return node.map((item, index) => expand(item, [...path, index]));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, expand(item, [...path, key])]));
  };
  return { value: expand(value, []), issues };
}

function expandText(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  complain: (message: string) => void,
): string {
  return text.replaceAll(EXPRESSION, (match, name?: string, fallback?: string, otherwise?: string) => {
    if (match === '$${') return '${';
    if (name === undefined) {
      complain('must name a variable between ${ and its brace; $${ stands for the two characters');
      return '';
    }
    const known = env[name];
    if (known !== undefined && known !== '') return known;
    if (fallback !== undefined) return otherwise ?? '';
    complain(`needs the environment variable ${name}, which is not set`);
    return '';
  });
}
