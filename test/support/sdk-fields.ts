/** The places of strings in an API's bodies, read off the types of its official SDK: a census that is not our own. */
import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT } from './tidy-source.ts';

/** A place of a string: by names alone, and as a row of the census that puts a text there. */
export interface SdkField {
  /** `messages.content.text`: arrays are not written, variants of one name are one. */
  readonly names: string;
  /** `messages[0]{"role":"user"}.content[0]{"type":"text"}.text`. */
  readonly row: string;
}

/** Content holds content: below this many names nothing new comes. */
const NAMES_MAX = 7;
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ESNext,
  types: [],
};

/** Exported types of one declaration file below `node_modules`. */
export interface SdkTypes {
  readonly file: string;
  readonly types: readonly string[];
}

/** Reads the places of strings in types; the files are compiled once, for all of them. */
export function readSdk(files: readonly string[]): (wanted: SdkTypes) => readonly SdkField[] {
  const pathOf = (file: string): string => join(PROJECT, 'node_modules', file);
  const program = ts.createProgram(files.map(pathOf), OPTIONS);
  const checker = program.getTypeChecker();
  return ({ file, types }) => {
    const source = program.getSourceFile(pathOf(file));
    const module = source && checker.getSymbolAtLocation(source);
    if (source === undefined || module === undefined) throw new Error(`no ${file}`);
    const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
    const walk = new TypeWalk(checker, source);
    for (const name of types) {
      const symbol = exported.get(name);
      if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
      walk.type(checker.getDeclaredTypeOfSymbol(symbol), '', '', []);
    }
    return [...walk.found].map(([names, row]) => ({ names, row }));
  };
}

/** A variant tells itself by these members. */
const TELLING = ['type', 'role'];

class TypeWalk {
  readonly found = new Map<string, string>();
  readonly #checker: ts.TypeChecker;
  readonly #at: ts.Node;

  constructor(checker: ts.TypeChecker, at: ts.Node) {
    this.#checker = checker;
    this.#at = at;
  }

  type(type: ts.Type, names: string, row: string, above: readonly ts.Type[]): void {
    if (type.isUnion()) {
      for (const part of type.types) this.type(part, names, row, above);
    } else if ((type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.Unknown | ts.TypeFlags.Any)) !== 0) {
      if (!this.found.has(names)) this.found.set(names, row);
    } else if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      if (item !== undefined) this.type(item, names, `${row}[0]`, above);
    } else if ((type.flags & ts.TypeFlags.Object) !== 0 || type.isIntersection()) {
      this.#object(type, names, row, above);
    }
  }

  #object(type: ts.Type, names: string, row: string, above: readonly ts.Type[]): void {
    if (above.filter((held) => held === type).length > 1 || names.split('.').length >= NAMES_MAX) return;
    const inside = [...above, type];
    const index = this.#checker
      .getIndexInfosOfType(type)
      .find((info) => info.keyType === this.#checker.getStringType());
    if (index !== undefined) this.type(index.type, joined(names, 'key'), joined(row, 'key'), inside);
    const members = type.getProperties();
    const told = members
      .filter(({ name }) => TELLING.includes(name))
      .flatMap((member) => {
        const known = this.#checker.getTypeOfSymbolAtLocation(member, this.#at);
        return known.isStringLiteral() ? [[member.name, known.value] as const] : [];
      });
    const tell = told.length === 0 ? '' : JSON.stringify(Object.fromEntries(told));
    for (const member of members) {
      if (member.name.startsWith('__')) continue;
      const held = this.#checker.getTypeOfSymbolAtLocation(member, this.#at);
      if (held.getCallSignatures().length > 0) continue;
      this.type(held, joined(names, member.name), joined(`${row}${tell}`, member.name), inside);
    }
  }
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
