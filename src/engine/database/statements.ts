/** Statements of SQL's dialects by what they do; a loose grammar of their heads tells it. */
import { type DbRule, dbRule, ID, S, S0, THING } from './db-rule.ts';

const OBJECT =
  '(?:(?:or\\s{1,4}(?:replace|alter)|global|local|temp(?:orary)?|external|unique|bitmap|clustered|nonclustered|' +
  'fulltext|spatial|materialized|recursive|unlogged|transient|virtual|public|private|foreign|if|not|exists|' +
  'concurrently|editionable|hybrid|dynamic|iceberg|secure|aggregate|definer\\s{0,3}=\\s{0,3}\\S{1,40})\\s{1,8}){0,5}' +
  '(?:tables?|databases?|schemas?|index(?:es)?|views?|columns?|proc(?:edure)?s?|functions?|triggers?|sequences?|types?|' +
  'keyspaces?|collections?|domains?|constraints?|partitions?|policy|extensions?|tablespaces?|' +
  'synonyms?|packages?|' +
  'warehouses?|stages?|streams?|tasks?|pipes?|events?|servers?|rules?|catalogs?|snapshots?|models?|' +
  'dictionary|primary\\s{1,4}key|foreign\\s{1,4}key)';
const PRINCIPAL =
  '(?:(?:or\\s{1,4}replace|if|not|exists|server|application|database)\\s{1,4}){0,4}(?:user|role|login|group|account|profile)';
const EXISTS = `(?:if${S}(?:not${S})?exists${S})?`;
/** A sentence goes on with one of these. */
const NO_ARTICLE =
  '(?!(?:the|an?|my|your|this|that|these|those|our|his|her|its|their|it|one|us|me|him|them|you|some|each|every|' +
  'which|what|how|and|with|at|by|of|is|are|as)\\s)';
const SELECTED = '[^;\\0]{1,240}?';

export const STATEMENTS: readonly DbRule[] = [
  dbRule('create', 'statement', 'create-object', 'create', `create${S}${OBJECT}${S}${EXISTS}${THING}`),
  dbRule(
    'create',
    'certain',
    'insert-columns',
    'insert',
    `insert${S}into${S}${ID}${S0}\\([^()\\0]{1,300}\\)${S0}(?:values|value|select)\\b`,
  ),
  dbRule(
    'create',
    'statement',
    'insert',
    'insert',
    `insert${S}(?:(?:ignore|all|or${S}\\w{4,8}|low_priority|high_priority|delayed)${S}){0,2}(?:into|overwrite(?:${S}(?:into|table))?)${S}(?:table${S})?${THING}${S0}(?:\\(|values|select|set\\b|default|partition|output|as\\b|$|(?=["'\`;]))`,
  ),
  dbRule(
    'create',
    'statement',
    'bulk-load',
    'bulk load copy',
    `(?:bulk${S}insert${S}${THING}${S}from|load${S}data${S}(?:(?:low_priority|concurrent|local)${S}){0,2}in(?:file|path)${S}|copy${S}(?:into${S})?${THING}(?:${S0}\\([^)\\0]{0,160}\\))?${S}from${S}(?:['"][^'"\\n\\0]{1,120}['"]|@|\\$|\\(|s3:|stdin))`,
  ),
  dbRule(
    'create',
    'certain',
    'select-into',
    'select',
    `select${S}(?:top${S}\\d{1,6}${S})?(?!(?:the|an?|my|your|this|that)\\b)[\\w*,.\\s\\[\\]"]{1,120}?${S}into${S}(?!outfile|dumpfile|@|:)${THING}${S}from${S}${ID}`,
  ),
  dbRule(
    'update',
    'statement',
    'update',
    'update',
    `update${S}(?:(?:only|ignore|low_priority|or${S}\\w{4,8}|top${S0}\\(\\d{1,6}\\))${S}){0,2}${THING}(?:${S}(?:as${S})?(?!set\\b)\\w{1,30})?${S}set${S}${ID}${S0}[=+:*|-]`,
  ),
  dbRule(
    'update',
    'certain',
    'update-joined',
    'update',
    `update${S}${THING}[^;\\0]{1,200}?${S}set${S}${ID}${S0}=${S0}['"\\w(@:$?%]`,
  ),
  dbRule('update', 'certain', 'merge', 'merge upsert', `(?:merge|upsert)${S}into${S}${ID}`),
  dbRule(
    'update',
    'statement',
    'replace',
    'replace',
    `replace${S}(?:delayed${S})?into${S}${THING}${S0}(?:\\(|values|select|set\\b)`,
  ),
  dbRule(
    'update',
    'statement',
    'alter',
    'alter',
    `alter${S}(?!user|role|login)${OBJECT}${S}${EXISTS}${THING}`,
  ),
  dbRule('update', 'statement', 'alter-system', 'alter', `alter${S}(?:system|session|instance)${S}\\w{2,30}`),
  dbRule('update', 'statement', 'rename', 'rename', `rename${S}table${S}${THING}${S}to${S}${ID}`),
  dbRule(
    'delete',
    'statement',
    'delete',
    'delete',
    `delete${S}(?:(?:low_priority|quick|ignore|top${S0}\\(\\d{1,6}\\))${S}){0,2}from${S}(?:only${S})?${THING}`,
  ),
  dbRule(
    'delete',
    'certain',
    'delete-joined',
    'delete',
    `delete${S}\\w{1,20}${S}from${S}${ID}(?:${S}(?:as${S})?\\w{1,20})?${S}(?:inner|left|join|where${S}${ID}${S0}[=<>])`,
  ),
  dbRule(
    'delete',
    'certain',
    'delete-where',
    'delete',
    `delete${S}(?!the\\b|all\\b|my\\b|any\\b)(?!from\\b)${ID}${S}where${S}${ID}${S0}(?:[=<>]|in\\b|is\\b|like\\b)`,
  ),
  dbRule('delete', 'statement', 'drop', 'drop', `drop${S}${OBJECT}${S}${EXISTS}${THING}`),
  dbRule(
    'delete',
    'statement',
    'truncate',
    'truncate',
    `truncate${S}table${S}${EXISTS}(?:only${S})?${THING}`,
  ),
  dbRule(
    'delete',
    'fragment',
    'truncate-bare',
    'truncate',
    `truncate${S}(?!table\\b)${THING}${S0}(?:;|$|\\n)`,
  ),
  dbRule(
    'delete',
    'certain',
    'purge',
    'purge',
    `purge${S}(?:recyclebin|dba_recyclebin|table${S}${ID}|binary${S}logs)`,
  ),
  dbRule(
    'privilege',
    'statement',
    'grant',
    'grant',
    `grant${S}${NO_ARTICLE}(?:[\\w, ()*\`"]{2,160}?)${S}(?:on${S}(?:[\\w *.\`"\\[\\]:@-]{1,100}?)${S})?to${S}(?!(?:the|a|an|my|your|our|this|those|these|all|each|every|any)\\b)'?${ID}`,
  ),
  dbRule(
    'privilege',
    'statement',
    'revoke',
    'revoke',
    `revoke${S}${NO_ARTICLE}(?:[\\w, ()*\`"]{2,160}?)${S}(?:on${S}(?:[\\w *.\`"\\[\\]:@-]{1,100}?)${S})?from${S}(?!(?:the|a|an|my|your|our|this|those|these|all|each|every|any)\\b)'?${ID}`,
  ),
  dbRule(
    'privilege',
    'statement',
    'deny',
    'deny',
    `deny${S}(?:select|insert|update|delete|execute|all|alter|control|view)\\b[\\w, ]{0,80}?${S}(?:on${S}${ID}${S})?to${S}${ID}`,
  ),
  dbRule(
    'privilege',
    'statement',
    'principal',
    'create alter drop',
    `(?:create|alter|drop)${S}${PRINCIPAL}${S}${EXISTS}(?!for\\b|in\\b|stor|account|table|experience|interface|profile|data|list|input|sessions?\\b)(?:${THING}|'[^'\\n]{1,64}')`,
  ),
  dbRule(
    'privilege',
    'certain',
    'identified',
    'identified',
    `identified${S}(?:by|with)${S}(?:password${S})?['"\\w]`,
  ),
  dbRule(
    'privilege',
    'certain',
    'set-password',
    'set',
    `set${S}(?:password${S}(?:for${S}[\\w'\`"@%.-]{1,80}|=)|role${S}(?:all|none|${ID})(?=${S0}(?:;|$|["'\`]))|session${S}authorization)`,
  ),
  dbRule(
    'privilege',
    'certain',
    'member',
    'sp exec execute',
    `(?:exec(?:ute)?${S})?(?:master\\.{1,2}(?:dbo\\.)?)?sp_(?:add(?:srv)?rolemember|addlogin|grantlogin|adduser|password|droplogin|grantdbaccess|addremotelogin|addlinkedsrvlogin)\\b`,
  ),
  dbRule(
    'exec',
    'statement',
    'exec',
    'exec execute',
    `exec(?:ute)?${S}(?:immediate${S}|as${S}|@\\w{1,30}${S0}=${S0})?(?:\\[?master\\]?\\.{1,2}(?:dbo\\.)?)?(?:xp_|sp_|dbo\\.|usp_|@)[\\w.]{2,60}`,
  ),
  dbRule(
    'exec',
    'certain',
    'exec-immediate',
    'exec execute',
    `exec(?:ute)?(?:${S}immediate\\b|${S0}\\(${S0}(?:@\\w|n?['"]${S0}(?:select|insert|drop|update|delete|create|alter|truncate|xp_|sp_|master)))`,
  ),
  dbRule(
    'exec',
    'certain',
    'backup',
    'backup restore',
    `(?:backup|restore)${S}(?:database|log)${S}${ID}${S}(?:to|from)${S}(?:disks?|url|tape)\\b`,
  ),
  dbRule(
    'exec',
    'statement',
    'exec-named',
    'exec execute',
    `exec(?:ute)?${S}(?!the\\b|this\\b|that\\b|it\\b)(?:[a-z]\\w{1,40}\\.){0,2}[a-z]\\w{2,60}(?=${S}(?:@\\w|'|n'|\\d)|\\s{0,4};)`,
  ),
  dbRule(
    'exec',
    'statement',
    'call',
    'call',
    `call${S}(?:[\\w$]{1,40}\\.){0,2}[\\w$]{2,60}\\s{0,2}\\([^()\\0]{0,160}\\)(?=\\s{0,4}(?:;|$|["'\`\\n]))`,
  ),
  dbRule(
    'read',
    'statement',
    'select-from',
    'select',
    `select${S}${NO_ARTICLE}${SELECTED}${S}from${S}(?:\\(|lateral${S}|unnest|${THING})`,
  ),
  dbRule(
    'read',
    'statement',
    'select-value',
    'select',
    `select${S}(?:(?:distinct|all|top${S}\\d{1,6})${S})?(?:[@\\d'":*]|\\(|\\w{1,40}${S0}\\(|(?:current_(?:date|time|timestamp|user|schema)|null|distinct|case|top)\\b|${ID}${S0}(?:,|as\\b|from\\b|\\+|-|/))`,
  ),
  dbRule(
    'read',
    'statement',
    'show',
    'show describe explain',
    `(?:show${S}(?:full${S}|global${S})?(?:tables?|databases|schemas|columns|index(?:es)?|create${S}table|grants|processlist|variables|status|views|warehouses)\\b|(?:desc(?:ribe)?|explain(?:${S}analyze)?)${S}(?:(?:table|select|extended|formatted)\\b|${THING}(?=${S0}(?:;|$))))`,
  ),
  dbRule(
    'read',
    'statement',
    'with',
    'with',
    `with${S}(?:recursive${S})?\\w{1,60}(?:${S0}\\([^()\\0]{0,200}\\))?${S}as${S0}(?:(?:not${S})?materialized${S0})?\\(${S0}(?:select|with|values|\\()`,
  ),
  dbRule(
    'read',
    'certain',
    'pragma',
    'pragma',
    `pragma${S}(?:table_info|table_list|index_list|foreign_key_list|database_list)\\b`,
  ),
];
