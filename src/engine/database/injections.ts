/** Signs of SQL injection: tautologies, unions, stacked, blind, timed and error-based payloads, comments. */
import { type DbRule, dbRule, S, S0 } from './db-rule.ts';

const QUOTED = '\'[^\'\\n]{0,40}\'?|"[^"\\n]{0,40}"?';
const VALUE = `(?:\\d{1,10}|${QUOTED}|[a-z]{1,12}|char\\(\\d{1,3}\\)|@@?\\w{1,20})`;
/** What closes the value that the payload stands in. */
const BREAK = `(?<=['"\`)\\d]${S0})`;
const OPERATOR = '(?:=|<=>|<>|!=|>=?|<=?|like|rlike|regexp|in|between|is)';
const inject = (form: DbRule['form'], id: string, words: string, source: string): DbRule =>
  dbRule('injection', form, id, words, source);

export const INJECTIONS: readonly DbRule[] = [
  inject(
    'certain',
    'tautology-number',
    'or and having where',
    `(?:or|and|having)(?:${S}|\\(|(?=['"\\d!])){1,3}(?:not${S})?\\(?(\\d{1,10})\\)?${S0}(?:=|<=>|like)${S0}\\(?\\1\\b`,
  ),
  inject(
    'certain',
    'tautology-text',
    'or and having where',
    `(?:or|and|having|where)(?:${S}|\\(){0,3}\\(?(['"])([^'"\\n]{0,30})\\1?${S0}(?:=|like|rlike)${S0}\\(?\\1\\2(?=['"\\s)#;-]|$)`,
  ),
  inject(
    'broken',
    'tautology-broken',
    'or and xor',
    `(?<=['"\`][ +]{0,4}\\)?\\)?${S0})(?:x?or|and)(?:${S}|\\(|(?=['"])){0,3}(?:not${S})?${VALUE}\\)?${S0}(?:=|<|>|like${S0}['"%]|rlike${S0}['"]|is${S}(?:not${S})?null|in${S0}\\(|between${S}\\d)`,
  ),
  inject(
    'broken',
    'tautology-comment',
    'or and xor',
    `${BREAK}(?:x?or|and)(?:[ +]{1,8}|\\(){0,2}(?:\\d{1,10}|${QUOTED}|true|false|${VALUE}${S0}${OPERATOR}${S0}\\(?${VALUE})\\)?[ +]{0,4}(?:--|#|/\\*)`,
  ),
  inject(
    'fragment',
    'boolean-bare',
    'or and',
    `(?:or|and)[ +]{1,4}(?:not[ +]{1,4})?(?:true|false)(?=[ +]{0,4}(?:--|#|;|$))`,
  ),
  inject(
    'fragment',
    'tautology-bare',
    'or and xor having where',
    `(?:x?or|and|having|where)(?:${S}|\\(){1,3}${VALUE}\\)?${S0}(?:=|<=>|<|>)${S0}\\(?${VALUE}(?=${S0}(?:--|#|;|\\)|$|\\n|and\\b|or\\b))`,
  ),
  inject(
    'broken',
    'boolean-blind',
    'or and',
    `(?:or|and)(?:${S}|\\(){0,3}(?:(?:ascii|ord|length|substr(?:ing)?|mid|unicode|hex|bin|if|elt|make_set|row|extractvalue)${S0}\\(|(?:exists${S0})?\\(${S0}select\\b)[^\\0\\n]{0,120}?(?:[=<>]|\\blike\\b|\\bin\\b|\\()`,
  ),
  inject(
    'certain',
    'union-select',
    'union',
    `union${S}(?:(?:all|distinct|distinctrow)${S})?[\\s(+]{0,6}select(?:${S}|\\(|(?=['"]))[\\s(]{0,4}(?:null|\\d{1,6}|'[^'\\n]{0,60}'|"[^"\\n]{0,60}"|@@\\w{2,20}|0x[0-9a-f]{2,60}|(?:user|version|database|current_user|char|chr|concat|group_concat|sleep|load_file|unhex|cast|convert|hex|system_user|db_name|banner)\\b)(?=${S0}(?:[,)(#;|+]|--|/\\*|as\\b|from\\b|$))`,
  ),
  inject(
    'fragment',
    'union-bare',
    'union',
    `union${S}(?:(?:all|distinct)${S})?[\\s(+]{0,6}select(?:${S}|\\()`,
  ),
  inject(
    'certain',
    'union-broken',
    'union',
    `(?<=['"\`)\\d-]${S0})union${S}(?:(?:all|distinct)${S})?[\\s(+]{0,6}select\\b[^\\0\\n]{0,300}?(?:--|#|/\\*|information_schema|@@|\\bnull\\b)`,
  ),
  inject(
    'certain',
    'union-inline-comment',
    'union select',
    `(?:(?<=/\\*!\\d{0,5}\\s{0,3})(?:union|select|all)|union(?:/\\*[^*\\0]{0,40}\\*/|%0[a-d]|%a0|\\+){1,6}(?:all|distinct|select))`,
  ),
  inject(
    'fragment',
    'order-by',
    'order group',
    `(?:order|group)${S}by${S}\\d{1,6}(?=${S0}(?:,|--|#|;|/\\*|$|\\n|asc|desc))`,
  ),
  inject(
    'certain',
    'order-by-broken',
    'order group having',
    `(?<=['"\`)\\d]${S0})(?:(?:order|group)${S}by${S}[\\w.(]{1,40}|having${S}\\d{1,6}${S0}=${S0}\\d{1,6})[)]{0,2}${S0}(?:--|#)`,
  ),
  inject(
    'certain',
    'stacked',
    'select insert update delete drop create alter exec execute shutdown waitfor truncate declare grant ' +
      'begin copy',
    `(?<=['"\`)\\d]${S0};${S0})(?:select|insert|update|delete|drop|create|alter|exec(?:ute)?|shutdown|waitfor|truncate|declare|grant|begin|copy)\\b[^\\0\\n]{0,200}?(?:--|#|/\\*)`,
  ),
  inject(
    'certain',
    'shutdown',
    'shutdown',
    `shutdown${S}with${S}nowait|(?<=[;'"]${S0})shutdown${S0}(?:;|--)`,
  ),
  inject(
    'certain',
    'sleep',
    'sleep',
    `(?<=(?:\\b(?:or|and|select|if|union|by|having|xor)\\b|&&|\\|\\||['"]\\+|['"]=|['");])[\\s(+]{0,6}|^\\s{0,4}|\\d[,)]\\s{0,2})sleep${S0}\\(${S0}(?:\\d{1,6}|__time__|\\[?sleeptime\\]?|\\(?select\\b[^()\\0\\n]{0,60})${S0}\\)(?=${S0}(?:--|#(?!\\s\\w)|=|and\\b|or\\b|["')|&+]|/\\*|,|$))`,
  ),
  inject('certain', 'benchmark', 'benchmark', `benchmark${S0}\\(${S0}\\d{3,12}${S0},`),
  inject('certain', 'waitfor', 'waitfor', `waitfor${S}(?:delay|time)${S}['"(n@]`),
  inject(
    'certain',
    'time-functions',
    'pg dbms receive randomblob generate',
    `(?:pg_sleep(?:_for|_until)?${S0}\\(|dbms_pipe\\.receive_message${S0}\\(|dbms_(?:lock|session)\\.sleep|randomblob${S0}\\(${S0}\\d{6,12}|generate_series${S0}\\(${S0}1${S0},${S0}\\d{5,12})`,
  ),
  inject(
    'certain',
    'error-functions',
    'extractvalue updatexml xmltype gtid geometrycollection polygon multipoint',
    `(?:extractvalue${S0}\\([^\\0\\n]{0,60}?(?:concat|0x|select|\\d,)|updatexml${S0}\\([^\\0\\n]{0,60}?(?:concat|0x|select|null,)|xmltype${S0}\\([^\\0\\n]{0,20}?chr|gtid_subset${S0}\\(|(?:geometrycollection|polygon|multipoint)${S0}\\(${S0}\\(${S0}select)`,
  ),
  inject(
    'certain',
    'error-oracle',
    'utl ctxsys dbms httpuritype ordsys sys',
    `(?:utl_inaddr\\.get_host|utl_http\\.request|utl_file\\.|utl_smtp|ctxsys\\.drithsx|dbms_(?:java|xmlgen|export_extension|cdc|scheduler|advisor|ldap|utility|xmlquery)\\b|httpuritype${S0}\\(|ordsys\\.ord_dicom|sys\\.(?:dbms|kupp|lt\\.|all_tables|user\\$|obj\\$))`,
  ),
  inject(
    'certain',
    'error-cast',
    'convert cast exp',
    `(?:convert${S0}\\(${S0}(?:int|signed)\\w{0,8}${S0},[\\s(]{0,4}(?:select|union|char|@@|db_name|user)|cast${S0}\\([\\s(]{0,4}(?:select${S}|chr\\(|@@)[^\\0\\n]{0,160}?as${S}(?:int|numeric|signed)|exp${S0}\\(~)`,
  ),
  inject('certain', 'error-floor', 'floor rand', `floor${S0}\\(${S0}rand${S0}\\(${S0}\\d?${S0}\\)`),
  inject(
    'certain',
    'conditional',
    'case if iif elt',
    `(?:case${S}when${S}[\\s(]{0,4}(?:\\d{1,6}${S0}=${S0}\\d{1,6}|\\(?select\\b)[^\\0\\n]{0,120}?then${S}[^\\0\\n]{0,40}?else\\b|(?:iif|if|elt)${S0}\\(${S0}\\(?(?:\\d{1,6}${S0}=${S0}\\d{1,6}|(?:ascii|ord)\\(${S0}substr))`,
  ),
  inject(
    'certain',
    'out-of-band',
    'xp load into',
    `(?:xp_(?:cmdshell|dirtree|fileexist|subdirs|regread|regwrite|regdeletekey|servicecontrol|loginconfig|enumgroups|availablemedia|ntsec_enumdomains|makecab|terminate_process)\\b|load_file${S0}\\(|into${S}(?:out|dump)file${S}['"0])`,
  ),
  inject(
    'certain',
    'sp-risky',
    'sp',
    `sp_(?:oacreate|oamethod|configure|execute_external_script|makewebtask|addextendedproc)\\b`,
  ),
  inject('certain', 'copy-program', 'copy', `copy${S}\\(?[^;\\0]{1,120}?\\)?${S}(?:from|to)${S}program\\b`),
  inject('certain', 'version', 'version servername', `(?<=@@)(?:version|servername)\\b`),
  inject(
    'certain',
    'metadata',
    'select',
    `select${S}[^;\\0]{0,200}?${S}from[\\s(]{1,6}(?:(?:\\w{1,30}\\.){0,2}(?:information_schema\\.(?:tables|columns|schemata)|sys[a-z]{4,12}|pg_(?:user|shadow|database|authid|roles|group|tables)|all_(?:tables|users|tab_columns|col_comments)|user_(?:tables|tab_columns|objects|users)|dba_(?:users|tables|role_privs|sys_privs)|mysql\\.(?:user|db)|v\\$(?:version|instance|database|parameter|session)|sqlite_(?:master|schema)|session_(?:privs|roles)|sys\\.(?:sql_logins|user\\$|database_principals|server_principals)|mysql\\.innodb_table_stats))\\b`,
  ),
  inject(
    'certain',
    'who',
    'select',
    `select${S}(?:current_(?:user|database|schema)|user|session_user|system_user|version|@@\\w{4,20}|db_name|host_name|inet_server_(?:addr|port)|current_setting${S0}\\(${S0}'\\w{1,40}'${S0}\\)|getpgusername|usename|suser_s?name)(?:${S0}\\(${S0}\\d{0,3}${S0}\\))?(?=${S0}(?:;|--|#|$|['",)]|from${S}dual|\\|\\|))`,
  ),
  inject(
    'certain',
    'char-chain',
    'char chr',
    `(?:chr|char)\\(\\d{1,3}\\)(?:\\|\\||%2b|(?<=char\\(\\d{1,3}\\))\\+)(?:char|chr)\\(\\d{1,3}\\)`,
  ),
  inject('fragment', 'as-where', 'as', `as${S}\\w{2,20}${S}where${S}\\d{1,6}${S0}=`),
  inject('certain', 'limit-procedure', 'procedure', `procedure${S}analyse${S0}\\(`),
  inject('certain', 'rlike-select', 'rlike regexp', `(?:rlike|regexp)${S}\\(?${S0}(?:\\(?select|sleep)`),
];

/** Payloads that begin with signs: `admin' --`, `||`, `&&`. */
export const SIGNED: readonly DbRule[] = [
  {
    id: 'versioned-comment',
    kind: 'injection',
    form: 'certain',
    words: [],
    signs: ['/*!'],
    pattern: /\/\*!\d{0,5}\s{0,3}(?:union|select|all|or|and)\b/y,
  },
  {
    id: 'quote-comment',
    kind: 'injection',
    form: 'broken',
    words: [],
    signs: ["'", '"'],
    pattern:
      /(?<=^\s{0,4}|[\w%$])['"]\)?\)?[ +]{0,4}(?:;[ +]{0,4})?(?:--[ +-]{0,3}|#|\/\*)(?=$|\n|[ +]{0,4}(?:and|or|select|union)\b)/y,
  },
  {
    id: 'double-pipe',
    kind: 'injection',
    form: 'broken',
    words: [],
    signs: ['||', '&&'],
    pattern: new RegExp(
      `(?:\\|\\||&&)[ +]{0,4}(?:\\(?select\\b|(?:sleep|pg_sleep|benchmark)${S0}\\(|utl_\\w|dbms_\\w|` +
        `(?:ascii|substr|length)\\(${S0}(?:select|user|database|substr)|` +
        `'[^'\\n]{0,12}'(?:[ +]{0,4}=|[ +]{0,4}\\|\\|)|'$|\\d{1,6}[ +]{0,4}=[ +]{0,4}\\d{1,6})`,
      'y',
    ),
  },
];
