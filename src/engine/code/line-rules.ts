/** What a line of source code looks like, by language: structure that prose does not have. */

export interface LineRule {
  /** Undefined: of many languages alike. */
  readonly language?: string;
  /** Lines near each other add up; from 2 on they are code. */
  readonly weight: number;
  /** Over one line without its indentation; linear, bounded. */
  readonly pattern: RegExp;
}

const of = (
  language: string,
  ...rows: readonly (readonly [weight: number, pattern: RegExp])[]
): readonly LineRule[] => rows.map(([weight, pattern]) => ({ language, weight, pattern }));

const ANY: readonly LineRule[] = [
  { weight: 0.5, pattern: /^[})\]]+[;,)]*$/ },
  { weight: 0.5, pattern: /[;{]$/ },
  { weight: 0.6, pattern: /^(?:\w{1,40}\.){0,4}\w{1,40}\([^()]{0,80}\);?$/ },
  { weight: 0.6, pattern: /^[\w.[\]"']{1,60} [-+*/|&]?= [^=].{0,160}[;)\]}\d"']$/ },
  { weight: 0.8, pattern: /^(?:if|for|while|switch) ?\(.{1,160}\) ?\{$/ },
  { weight: 0.8, pattern: /^\}? ?(?:else|catch|finally|do)\b.{0,80}\{$/ },
  { weight: 0.6, pattern: /^return\b.{0,120};$/ },
  { weight: 0.4, pattern: /^(?:\/\/|\/\*|\*\/|# ?\w).{0,160}$/ },
];

export const LINE_RULES: readonly LineRule[] = [
  ...ANY,
  ...of(
    'python',
    [2, /^(?:async )?def \w{1,60}\(.{0,160}\)(?: ?-> ?.{1,60})?:(?:\s{0,8}\S.{0,160})?$/],
    [1.2, /^class \w{1,60}(?:\([\w., ]{0,80}\))?:$/],
    [1.2, /^(?:from [\w.]{1,60} import [\w*, ]{1,120}|import [\w.]{1,60}(?: as \w{1,40})?)$/],
    [1, /^(?:if|elif|while|for|with|try|except|else)\b.{0,120}:$/],
    [1, /^@\w[\w.]{0,60}(?:\(.{0,80}\))?$/],
    [0.8, /^(?:print|return|raise|assert|self\.\w{1,40}|yield|lambda)\b ?[(\w"'[{].{0,120}$/],
  ),
  ...of(
    'javascript',
    [2, /^(?:export )?(?:default )?(?:async )?function\*? ?\w{0,60} ?\(.{0,160}\) ?\{/],
    [1.4, /^(?:export )?(?:const|let|var) [\w{}[\], ]{1,80} ?= ?.{1,160}[;{[(>]$/],
    [1.2, /^import .{1,120} from ["'].{1,80}["'];?$/],
    [1.2, /\) ?=> ?[{(\w]/],
    [1.2, /^(?:console\.(?:log|error)|module\.exports|document\.\w{1,40}|window\.\w{1,40})\b.{1,120}/],
    [1, /\brequire\(["'][^"']{1,80}["']\)/],
  ),
  ...of(
    'typescript',
    [1.5, /^(?:export )?(?:interface|type|enum) \w{1,60}(?:<.{1,60}>)? ?(?:=|\{|extends\b)/],
    [1.2, /^(?:private|public|readonly|protected) \w{1,40}\??: ?[\w<>[\]| ]{1,80};$/],
  ),
  ...of(
    'java',
    [
      2,
      /^(?:public|private|protected) (?:static )?(?:final )?[\w<>[\]]{1,60} \w{1,60}\(.{0,160}\).{0,60}\{$/,
    ],
    [2, /^(?:public |abstract |final )*class \w{1,60}.{0,80}\{$/],
    [1.4, /^(?:import|package) [a-z][\w.]{2,80}(?:\.\*)?;$/],
    [1.2, /\bSystem\.(?:out|err)\.print(?:ln)?\(/],
  ),
  ...of(
    'csharp',
    [1.6, /^(?:namespace [\w.]{1,80} ?[{;]?|using [A-Z][\w.]{1,80};)$/],
    [1.2, /\bConsole\.Write/],
  ),
  ...of(
    'c',
    [2, /^# ?include ?[<"][\w./+-]{1,80}[>"]$/],
    [1.5, /^# ?(?:define|ifdef|ifndef|endif|pragma)\b.{0,120}$/],
    [
      1.6,
      /^(?:static |const |unsigned |struct )*(?:int|void|char|float|double|bool|size_t|long) \*?\w{1,60}\(.{0,160}\) ?\{?$/,
    ],
    [1.2, /\b(?:printf|malloc|sizeof|std::\w{1,30}|cout ?<<) ?[(<:\w]/],
  ),
  ...of(
    'rust',
    [2, /^(?:pub )?(?:async )?fn \w{1,60}(?:<.{1,60}>)?\(.{0,160}\).{0,80}\{$/],
    [1.4, /^let (?:mut )?\w{1,40}(?:: ?.{1,60})? = .{1,160};$/],
    [1.2, /^use [\w:]{1,60}::[\w:{}*, ]{1,80};$/],
  ),
  ...of(
    'go',
    [2, /^func (?:\(\w{1,30} \*?\w{1,40}\) )?\w{1,60}\(.{0,160}\).{0,80}\{$/],
    [1.2, /^package \w{1,40}$/],
    [1, /^\w{1,40}(?:, \w{1,40})? := .{1,160}$/],
  ),
  ...of('php', [2, /^<\?php\b/], [1.2, /^\$\w{1,40} ?= ?.{1,160};$/], [1, /^echo [$"'].{1,160};$/]),
  ...of(
    'ruby',
    [1, /^(?:require|require_relative) ["'][^"']{1,80}["']$/],
    [1.2, /^def \w{1,60}[?!]?(?:\(.{0,120}\))?$/],
    [0.8, /^end$/],
    [1, /\bdo \|\w{1,40}(?:, ?\w{1,40})*\|$/],
  ),
  ...of(
    'shell',
    [2, /^#! ?\/(?:usr\/)?bin\/.{1,40}$/],
    [1, /^(?:if \[\[? .{1,120} \]\]?; ?then|fi|done|esac|then)$/],
    [1, /^(?:for|while) .{1,80}; ?do$/],
    [1, /^(?:export )?[A-Z_]{2,40}=(?:["'$]?[\w./$-]{1,120}["']?|\$\(.{1,120}\))$/],
    [
      1,
      /^(?:\$ )?(?:sudo |curl |grep |sed |awk |chmod |mkdir |cd |docker |kubectl |npm |pip |apt-get |git )[-\w./].{1,160}$/,
    ],
  ),
  ...of(
    'powershell',
    [
      1.5,
      /^(?:\$\w{1,40} ?= ?)?(?:Get|Set|New|Remove|Invoke|Start|Stop|Write|Import)-[A-Z]\w{1,40}\b.{0,160}$/,
    ],
    [1, /^(?:param ?\(|\[Parameter)/],
  ),
  ...of(
    'sql',
    [
      2,
      /^(?:SELECT|select) .{1,120}\b(?:FROM|from) [\w."]{1,60}.{0,120}(?:;|\b(?:WHERE|where|JOIN|join)\b.{1,120})?$/,
    ],
    [
      2,
      /^(?:CREATE TABLE|INSERT INTO|UPDATE \w{1,40} SET|DELETE FROM|ALTER TABLE|create table|insert into)\b.{1,160}/,
    ],
    [1, /^(?:FROM|WHERE|JOIN|LEFT JOIN|INNER JOIN|GROUP BY|ORDER BY|VALUES)\b [\w("'.*].{0,160}$/],
  ),
  ...of(
    'html',
    [2, /^<!doctype html>/i],
    [
      1,
      /^<\/?(?:html|head|body|div|span|p|a|ul|li|table|tr|td|script|style|form|input|button|h[1-6])\b[^>]{0,160}>/i,
    ],
  ),
  ...of('css', [1.2, /^[.#]?[\w-]{1,40}(?:[ ,>.:#][\w-]{1,40})* \{$/], [1, /^[a-z-]{2,30}: [^.;]{1,80};$/]),
];
