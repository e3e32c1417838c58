/** Statements and injections of stores that do not speak SQL: MongoDB, Cypher, Redis, Elasticsearch. */
import { type DbRule, dbRule } from './db-rule.ts';

/** How a MongoDB shell or driver names a collection. */
const COLLECTION = '(?<=(?:db|collection|col|coll|model|mongo)\\S{0,60}\\.\\s{0,4}|\\)\\s{0,40}\\.)';
const NODE =
  '\\([a-z_]\\w{0,30}?(?:\\s{0,3}:\\s{0,3}[\\w|:]{1,60})?\\s{0,3}(?:\\{[^}\\0]{0,200}\\})?\\s{0,3}\\)';

export const OTHER_STORES: readonly DbRule[] = [
  dbRule(
    'create',
    'certain',
    'mongo-create',
    'insertone insertmany insert createcollection createindex',
    `${COLLECTION}(?:insertone|insertmany|insert|createcollection|createindex)\\s{0,2}\\(\\s{0,4}["'{[]`,
  ),
  dbRule(
    'update',
    'certain',
    'mongo-update',
    'updateone updatemany update replaceone findandmodify findoneandupdate bulkwrite renamecollection',
    `${COLLECTION}(?:updateone|updatemany|update|replaceone|findandmodify|findoneandupdate|bulkwrite|renamecollection)\\s{0,2}\\(\\s{0,4}["'{[]`,
  ),
  dbRule(
    'delete',
    'certain',
    'mongo-delete',
    'deleteone deletemany remove findoneanddelete drop dropindex dropindexes',
    `${COLLECTION}(?:deleteone|deletemany|findoneanddelete|dropindex(?:es)?|remove\\s{0,2}\\(\\s{0,4}\\{|drop\\s{0,2}\\(\\s{0,2}\\))`,
  ),
  dbRule('delete', 'certain', 'mongo-drop-database', 'dropdatabase', 'dropdatabase\\s{0,2}\\('),
  dbRule(
    'privilege',
    'certain',
    'mongo-user',
    'createuser grantrolestouser updateuser dropuser revokerolesfromuser createrole',
    '(?<=db\\.)(?:createuser|grantrolestouser|updateuser|dropuser|revokerolesfromuser|createrole)\\s{0,2}\\(',
  ),
  dbRule(
    'exec',
    'certain',
    'mongo-eval',
    'eval mapreduce runcommand',
    '(?<=db\\.(?:\\w{1,40}\\.)?)(?:eval|mapreduce|runcommand)\\s{0,2}\\(',
  ),
  dbRule(
    'read',
    'certain',
    'mongo-read',
    'find findone aggregate countdocuments distinct',
    `${COLLECTION}(?:find|findone|aggregate|countdocuments|distinct)\\s{0,2}\\(\\s{0,4}(?:["'{[]|\\))`,
  ),
  dbRule(
    'delete',
    'certain',
    'cypher-delete',
    'delete',
    '(?:(?<=detach\\s{1,4})delete\\s{1,4}\\w|(?<=(?:match|where)\\b[^;\\0]{0,200}\\)[^;\\0]{0,120})delete\\s{1,4}\\w{1,30}(?=\\s{0,4}(?:;|$|,|\\n|["\'`])))',
  ),
  dbRule(
    'create',
    'certain',
    'cypher-create',
    'create merge',
    `(?:create|merge)\\s{1,4}(?:\\w{1,30}\\s{0,2}=\\s{0,2})?\\(\\s{0,2}\\w{0,30}\\s{0,2}:\\s{0,2}\\w{1,60}\\s{0,3}[{)]`,
  ),
  dbRule(
    'create',
    'certain',
    'cypher-load',
    'load',
    'load\\s{1,4}csv\\s{1,4}(?:with\\s{1,4}headers\\s{1,4})?from\\b',
  ),
  dbRule(
    'update',
    'certain',
    'cypher-set',
    'set remove',
    `(?<=\\bmatch\\s{0,4}${'\\('}[^;\\0]{1,240})(?:set|remove)\\s{1,4}\\w{1,30}(?:\\.\\w{1,40}|:\\w{1,40})(?:\\s{0,3}(?:=|;|,)|$)`,
  ),
  dbRule('read', 'certain', 'cypher-read', 'match', `match\\s{1,4}(?:\\w{1,30}\\s{0,2}=\\s{0,2})?${NODE}`),
  dbRule(
    'delete',
    'certain',
    'redis-delete',
    'flushall flushdb',
    '(?:flushall|flushdb)\\b(?=\\s{0,4}(?:async|sync|;|$|\\n|["\'`(]))',
  ),
  dbRule(
    'exec',
    'certain',
    'redis-config',
    'config slaveof replicaof',
    '(?:config\\s{1,4}set\\s{1,4}(?:dir|dbfilename|requirepass|protected-mode)|(?:slaveof|replicaof)\\s{1,4}[\\w.-]{1,80}\\s{1,4}\\d{2,5})',
  ),
  dbRule(
    'injection',
    'certain',
    'mongo-operator',
    'ne gt gte lt lte nin regex where in exists or',
    '(?<=(?:\\[|["\'])\\$)(?:ne|gte?|lte?|nin|regex|where|exists|in|or)(?:["\']\\s{0,3}:\\s{0,3}(?:null|-?1\\b|0\\b|""|\'\'|"\\.?\\*?|true|false|undefined|\\{|\\[\\s{0,3}(?:\\{|"")|"(?:this|sleep|function|return|1)|\'(?:this|sleep))|\\]\\s{0,2}=)',
  ),
  dbRule(
    'injection',
    'certain',
    'mongo-script',
    'return sleep',
    '(?<=[\'"]\\s{0,4}(?:;|\\|\\||&&|\\)|\\})\\s{0,4})return\\s{1,4}(?:true|1|!?\\(|this\\.|db\\.|\'|")',
  ),
  dbRule(
    'injection',
    'certain',
    'mongo-this',
    'this',
    '(?<=(?:\\|\\||&&)\\s{0,4})this\\.\\w{1,30}\\s{0,3}(?:==|\\.match|!=|\\[)',
  ),
];
