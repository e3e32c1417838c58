/** What an address is built like, in numbers: for the trees that judge beside the sums over its pieces. */
import { parse } from 'tldts';
import { WordCounter } from './word-counter.ts';

/** More of an address than its pieces are taken from: what is long is told by its length. */
const REST_CHARS_MAX = 400;
const LURE = new WordCounter(
  (
    'log-?_?[io]n sign-?_?in signon secur verif confirm account update support billing invoice wallet ' +
    'unlock recover auth passw webmail alert suspend limited webscr customer client portal bank banca ' +
    'banco acces identi valid acti?va sso refund payment pagamento desbloque atualiza seguro segura ' +
    'connexion anmeld konto myaccount session token cmd='
  ).split(' '),
);
const BORROWED = new WordCounter(
  (
    'paypa microsoft office[\\x20]?-?365 outlook onedrive sharepoint google gmail gdoc apple icloud itunes ' +
    'amazon facebook instagram whats-?app netflix linkedin dropbox docusign coinbase binance metamask ' +
    'myether blockchain wells-?_?fargo bankofamerica boa bofa chase citi hsbc barclay santander lloyds ' +
    'halifax natwest itau bradesco caixa bancolombia bcp bbva usps fedex dhl ups steam roblox adobe ebay ' +
    'yahoo telegram spotify americanexpress amex mastercard visa orange free ameli impots hmrc gov ' +
    'runescape rbc scotia desjardins interac navy usaa suntrust att verizon vodafone comcast xfinity aol ' +
    '1und1 1and1 ionos wetransfer'
  ).split(' '),
);
/** Folders where programs keep what is no page. */
const KEPT = new RegExp(
  '^(?:wp-(?:content|includes|admin)|components?|modules|plugins|themes?|templates|includes?|inc|images?' +
    '|img|css|js|fonts?|assets|uploads?|files?|media|cache|te?mp|vendor|admin(?:istrator)?|cgi-bin' +
    String.raw`|\.well-known|libraries|languages?|lib|src|static|data|backup|old|new|test|docs?)$`,
);
const PAGE = /\.(?:html?|shtml|php\d?|aspx?|jsp|cfm|cgi|do)$/;
const PLAIN_FILE =
  /\.(?:pdf|jpe?g|png|gif|webp|svg|css|js|ico|woff2?|mp[34]|xml|txt|docx?|xlsx?|json|md|ts|rss|gz)$/;
const PROGRAM = /\.(?:exe|scr|apk|jar|msi|zip|rar|hta|dll|iso|bat|sh|bin|7z)$/;
const ENTRANCE = /^(?:index|default|home|login|signin|verify|update|main|account|page|secure)\b/;
const HOST_IN_PATH = /^(?:www\.)?[a-z0-9-]{2,}\.(?:com|net|org|de|fr|co|it|br|uk|gov|pl|hu|es)(?:\.|$|-)/;
const VOWEL = /[aeiouy]/g;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const share = (text: string, pattern: RegExp): number => count(text, pattern) / Math.max(1, text.length);
const bit = (is: boolean): number => (is ? 1 : 0);
const longest = (parts: readonly string[]): number =>
  parts.reduce((most, part) => Math.max(most, part.length), 0);

/** Bits a character, of the characters' frequencies. */
function entropy(text: string): number {
  const seen = new Map<string, number>();
  for (const char of text) seen.set(char, (seen.get(char) ?? 0) + 1);
  let sum = 0;
  for (const times of seen.values()) sum -= (times / text.length) * Math.log2(times / text.length);
  return sum;
}

const kindOf = (code: number): number =>
  code >= 48 && code <= 57 ? 1 : code >= 65 && code <= 90 ? 2 : code >= 97 && code <= 122 ? 3 : 0;

/** Changes between digits, capitals and small letters; a capital before small ones is none. */
function turns(text: string): number {
  let found = 0;
  let last = 0;
  for (let at = 0; at < text.length; at++) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind !== 0 && last !== 0 && kind !== last && !(last === 2 && kind === 3)) found++;
    last = kind;
  }
  return found;
}

function hostShape(host: string, isKnown: (domain: string) => boolean): number[] {
  const parsed = parse(host, { allowPrivateDomains: true, extractHostname: false });
  const { domain, publicSuffix } = parsed;
  const label = parsed.domainWithoutSuffix ?? '';
  const bare = host.replace(/^www\./, '');
  const below = (parsed.subdomain ?? '').replace(/^www\.?/, '');
  return [
    bit(domain !== null && isWellKnown(host, domain, isKnown)),
    host.length,
    count(bare, /\./g) + 1,
    bit(bare !== host),
    label.length,
    count(label, /\d/g),
    count(label, /-/g),
    entropy(label),
    share(label, VOWEL),
    longest(label.match(/[bcdfghjklmnpqrstvwxz]+/g) ?? []),
    below.length,
    below === '' ? 0 : count(below, /\./g) + 1,
    count(below, /\d/g),
    count(below, /-/g),
    longest(below.split('.')),
    bit(parsed.isPrivate === true && domain !== null),
    publicSuffix?.length ?? 0,
    count(publicSuffix ?? '', /\./g),
    bit(domain === null),
    LURE.count(bare),
    BORROWED.count(label),
    BORROWED.count(below),
  ];
}

/** The host or one above it, down to the domain that someone has registered. */
function isWellKnown(host: string, domain: string, isKnown: (name: string) => boolean): boolean {
  for (let name = host; name.length >= domain.length; name = name.slice(name.indexOf('.') + 1)) {
    if (isKnown(name)) return true;
    if (!name.includes('.')) return false;
  }
  return false;
}

function pathShape(path: string): number[] {
  const segments = path.split('/').filter((part) => part !== '');
  const lower = path.toLowerCase();
  const low = segments.map((part) => part.toLowerCase());
  const last = low.at(-1) ?? '';
  const kept = low.filter((part) => KEPT.test(part)).length;
  const page = PAGE.test(last);
  const plain = PLAIN_FILE.test(last);
  const hex = (path.match(/[0-9a-f]{8,}/gi) ?? []).filter((run) => /\d/.test(run));
  return [
    path.length,
    segments.length,
    bit(path.endsWith('/')),
    longest(segments),
    path.length / Math.max(1, segments.length),
    last.length,
    low[0]?.length ?? 0,
    bit(page),
    bit(plain),
    bit(PROGRAM.test(last)),
    bit(!page && !plain && /\.[a-z0-9]{1,6}$/.test(last)),
    bit(ENTRANCE.test(last)),
    kept,
    bit(kept > 0 && !plain),
    LURE.count(lower),
    BORROWED.count(lower),
    low.filter((part) => part.startsWith('.')).length,
    count(path, /~/g),
    count(path, /\/\//g),
    low.filter((part) => HOST_IN_PATH.test(part)).length,
    low.length - new Set(low).size,
    Math.max(0, ...low.map((part) => count(part, /[-_]/g))),
    count(path, /-/g),
    count(path, /_/g),
    count(path, /\d/g),
    longest(path.match(/\d+/g) ?? []),
    low.filter((part) => /^\d+$/.test(part)).length,
    bit(/\/(?:19|20)\d\d[/-]\d\d?[/-]/.test(path)),
    longest(hex),
    count(path, /[A-Z]/g),
    Math.max(0, ...segments.map(turns)),
    entropy(last),
    share(last, VOWEL),
  ];
}

const queryShape = (query: string): number[] => [
  query.length,
  count(query, /=/g),
  count(query, /&/g),
  count(query, /&amp;/g),
  bit(/@|%40/.test(query)),
  bit(/https?:|%3a%2f%2f|www\./i.test(query)),
  longest(query.split(/[=&]/)),
  count(query, /\d/g),
  LURE.count(query.toLowerCase()),
];

/**
 * @param host in lower case, without port
 * @param isKnown of the hosts that many know, and that show no pages of strangers
 */
export function urlShape(
  host: string,
  rest: string,
  port: string,
  isKnown: (host: string) => boolean,
): number[] {
  const cut = rest.slice(0, REST_CHARS_MAX);
  const mark = cut.search(/[?#]/);
  return [
    ...hostShape(host, isKnown),
    bit(port !== ''),
    Math.min(rest.length, 2000),
    ...pathShape(mark < 0 ? cut : cut.slice(0, mark)),
    ...queryShape(mark < 0 ? '' : cut.slice(mark + 1)),
    count(cut, /%[0-9a-f]{2}/gi),
    bit(rest.includes('#')),
    bit(/[^\x21-\x7e]/.test(rest)),
    count(cut, /[!$()*+,;:]/g),
  ];
}
