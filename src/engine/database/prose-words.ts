/**
 * What follows a verb in a sentence and never in a statement: so a growing answer need not be held back at
 * every "create" and "and".
 */

const sticky = (source: string): RegExp => new RegExp(source, 'y');
/** The word is followed by a whole plain word that is none of `next`. */
const unless = (word: string, next: string): readonly [string, RegExp] => [
  word,
  sticky(`${word}\\s{1,8}(?!(?:${next})\\b)[a-z][a-z'-]{0,40}[\\s,.!?;:]`),
];
const objects =
  'or|global|local|temp|temporary|external|unique|bitmap|clustered|nonclustered|fulltext|' +
  'spatial|materialized|' +
  'recursive|unlogged|transient|virtual|public|private|foreign|if|not|exists|concurrently|' +
  'editionable|hybrid|' +
  'dynamic|iceberg|secure|aggregate|definer|tables?|databases?|schemas?|index(?:es)?|views?|columns?|procs?|' +
  'procedures?|functions?|triggers?|sequences?|types?|keyspaces?|collections?|domains?|' +
  'constraints?|partitions?|' +
  'policy|extensions?|tablespaces?|synonyms?|packages?|warehouses?|stages?|streams?|tasks?|' +
  'pipes?|events?|servers?|' +
  'rules?|catalogs?|snapshots?|models?|dictionary|primary|user|role|login|group|account|' +
  'profile|server|application|' +
  'database|system|session|instance';
/** Between two conditions stands a comparison; between two parts of a sentence stand words. */
const condition = (word: string): readonly [string, RegExp] => [
  word,
  sticky(
    `(?<!\\$)${word}(?:[,.!?]|\\s{1,8}(?!(?:not|exists|true|false|row|if|select|ascii|ord|length|substr|substring|mid|` +
      `unicode|hex|bin|elt|like|rlike)\\b)[a-z][a-z'-]{0,40}(?:[,.!?;:]|\\s{1,8}(?!(?:like|rlike|regexp|in|is|between|` +
      `and|or)\\b)[a-z]))`,
  ),
];
const called = (words: string): (readonly [string, RegExp])[] =>
  words.split(' ').map((word) => [word, sticky(`${word}\\s{0,8}[a-z,.!?;:]`)]);

const ARTICLES =
  'the|an?|my|your|this|that|these|those|our|his|her|its|their|it|one|us|me|him|them|you|' +
  'some|each|every|which|what|how';

/** Word to what tells that nothing of a statement begins here. Tried at the word's first letter. */
export const PROSE: ReadonlyMap<string, RegExp> = new Map([
  condition('and'),
  condition('or'),
  condition('where'),
  condition('having'),
  ['as', sticky('as(?:[,.!?]|\\s{1,8}[a-z]{1,20}(?:[,.!?;:]|\\s{1,8}(?!where\\b)[a-z]))')],
  ['in', sticky('(?<!\\$)in')],
  ['exists', sticky('(?<!\\$)exists')],
  ['regex', sticky('(?<!\\$)regex')],
  ['this', sticky('this[^.]')],
  ['version', sticky('(?<!@@)version')],
  ['return', sticky('(?<![\'"] {0,4}(?:;|\\|\\||&&|\\}) {0,4})return')],
  unless('create', objects),
  unless('alter', objects),
  unless('drop', objects),
  unless('insert', 'into|overwrite|ignore|all|or|low_priority|high_priority|delayed'),
  unless('load', 'data|csv'),
  unless('bulk', 'insert'),
  unless('replace', 'into|delayed'),
  unless('merge', 'into'),
  unless('rename', 'table'),
  unless('order', 'by'),
  unless('group', 'by'),
  unless('case', 'when'),
  unless('procedure', 'analyse'),
  unless('identified', 'by|with'),
  unless('set', 'password|role|session|[a-z]\\w*\\s*[:.]\\w'),
  unless(
    'show',
    'full|global|tables?|databases|schemas|columns|index(?:es)?|create|grants|processlist|variables|status|views|warehouses',
  ),
  unless('union', 'all|distinct|distinctrow|select'),
  unless('backup', 'database|log'),
  unless('restore', 'database|log'),
  unless('config', 'set'),
  unless('shutdown', 'with'),
  unless('purge', 'recyclebin|dba_recyclebin|table|binary'),
  unless('match', '[a-z]\\w*\\s*='),
  unless('with', 'recursive|\\w+\\s+as|\\w+$'),
  ...called(
    'if sleep benchmark floor rand convert cast exp elt iif char chr find aggregate distinct remove eval',
  ),
  ...[
    'select',
    'update',
    'delete',
    'truncate',
    'grant',
    'revoke',
    'deny',
    'explain',
    'describe',
    'copy',
    'call',
    'exec',
    'execute',
    'use',
    'begin',
    'declare',
  ].map((word): readonly [string, RegExp] => [
    word,
    sticky(`${word}(?:[,.!?]|\\s{1,8}(?:${ARTICLES}|and|with|at|by|of|is|are|as)\\s)`),
  ]),
]);
