/** The linear-time regex engine behind one interface: native `re2` where it is installed, else `re2js`. */
import { RE2JS } from 're2js';

/** Calls back with UTF-16 offsets of every non-overlapping match; returning false ends the search. */
export type OnMatch = (start: number, end: number) => boolean;

export interface CompiledRegex {
  /** What it takes in memory, in instructions of the engine, or what comes near to that. */
  readonly size: number;
  each(text: string, onMatch: OnMatch): void;
}

export interface RegexEngine {
  readonly name: string;
  /** Case is ignored. @throws an Error with the engine's own message for a pattern that is not RE2 syntax. */
  compile(pattern: string): CompiledRegex;
}

export const RE2JS_ENGINE: RegexEngine = {
  name: 're2js',
  compile: (pattern) => {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return {
      size: compiled.programSize(),
      each: (text, onMatch) => {
        // Most texts hold no match, and to see that is several times quicker than to look for one.
        if (!compiled.test(text)) return;
        const matcher = compiled.matcher(text);
        while (matcher.find()) if (!onMatch(matcher.start(), matcher.end())) return;
      },
    };
  },
};

interface NativeRegex {
  lastIndex: number;
  exec(text: string): { readonly index: number; readonly 0: string } | null;
}
type NativeConstructor = new (pattern: string, flags: string) => NativeRegex;

/** The engine made from the constructor that the package `re2` exports. */
export const nativeEngine = (Native: NativeConstructor): RegexEngine => ({
  name: 're2',
  compile: (pattern) => {
    const compiled = new Native(pattern, 'giu');
    return {
      size: pattern.length,
      each: (text, onMatch) => {
        compiled.lastIndex = 0;
        for (let match = compiled.exec(text); match !== null; match = compiled.exec(text)) {
          const end = match.index + match[0].length;
          if (!onMatch(match.index, end)) return;
          if (end === match.index) compiled.lastIndex = end + 1;
        }
      },
    };
  },
});

const isConstructor = (value: unknown): value is NativeConstructor => typeof value === 'function';

/**
 * `re2` is an optional package that is not declared: its name is kept from the type checker and the
 * bundler.
 */
async function importNative(name: string): Promise<RegexEngine | undefined> {
  try {
    const module: unknown = await import(name);
    const exported =
      typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
    if (!isConstructor(exported)) return undefined;
    return nativeEngine(exported);
  } catch {
    return undefined;
  }
}

const native = await importNative('re2');

/** The fastest engine that is there. */
export const loadRegexEngine = (): RegexEngine => native ?? RE2JS_ENGINE;
