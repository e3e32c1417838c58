/** What a host name tells: addresses in disguise, look-alikes of brands, labels that mix scripts. */
import ipaddr from 'ipaddr.js';
import { parse } from 'tldts';
import { foldMixedScript } from '../views/confusables.ts';

/** Well-known names that phishing borrows, with the domains that are theirs. */
const BRANDS: readonly (readonly [string, readonly string[]])[] = [
  ['paypal', ['paypal.com', 'paypal.me', 'paypalobjects.com']],
  ['microsoft', ['microsoft.com', 'microsoftonline.com', 'microsoft.us']],
  ['office365', ['office.com', 'office365.com']],
  ['outlook', ['outlook.com', 'outlook.live.com']],
  ['onedrive', ['onedrive.com', 'onedrive.live.com']],
  ['google', ['google.com', 'googleapis.com', 'google.dev', 'googleblog.com', 'googleusercontent.com']],
  ['gmail', ['gmail.com']],
  ['apple', ['apple.com', 'applemusic.com']],
  ['icloud', ['icloud.com']],
  ['amazon', ['amazon.com', 'amazonaws.com', 'amazonses.com']],
  ['facebook', ['facebook.com', 'facebook.net']],
  ['instagram', ['instagram.com']],
  ['whatsapp', ['whatsapp.com', 'whatsapp.net']],
  ['netflix', ['netflix.com', 'netflix.net']],
  ['linkedin', ['linkedin.com']],
  ['dropbox', ['dropbox.com']],
  ['docusign', ['docusign.com', 'docusign.net']],
  ['github', ['github.com', 'github.io', 'githubusercontent.com']],
  ['coinbase', ['coinbase.com']],
  ['binance', ['binance.com']],
  ['metamask', ['metamask.io']],
  ['wellsfargo', ['wellsfargo.com']],
  ['bankofamerica', ['bankofamerica.com']],
  ['chase', ['chase.com']],
  ['citibank', ['citibank.com', 'citi.com']],
  ['hsbc', ['hsbc.com']],
  ['barclays', ['barclays.com']],
  ['santander', ['santander.com']],
  ['usps', ['usps.com']],
  ['fedex', ['fedex.com']],
  ['dhl', ['dhl.com', 'dhl.de']],
  ['steamcommunity', ['steamcommunity.com']],
  ['roblox', ['roblox.com']],
  ['adobe', ['adobe.com']],
  ['ebay', ['ebay.com']],
  ['yahoo', ['yahoo.com']],
  ['telegram', ['telegram.org', 'telegram.me']],
  ['spotify', ['spotify.com']],
  ['americanexpress', ['americanexpress.com']],
  ['mastercard', ['mastercard.com']],
  ['openai', ['openai.com']],
];
const OWNED = new Set(BRANDS.flatMap(([, domains]) => domains));
const BRAND_DOMAINS = [...OWNED];
const LURE = new RegExp(
  '(?:^|[-.])(?:log-?in|sign-?in|secure|security|verify|verification|account|accounts' +
    '|update|support|confirm|billing|wallet|unlock|recover|recovery|auth|password|' +
    'helpdesk|alert|suspended|limited|webscr|customer|service|services|portal|id)' +
    String.raw`(?:$|[-.\d])`,
);
/** Endings that are cheap or free and full of abuse; never enough alone. */
export const DOUBTFUL_ENDING = new RegExp(
  String.raw`\.(?:tk|ml|ga|cf|gq|top|xyz|click|buzz|icu|rest|cam|monster|work|zip|mov|link|` +
    'country|kim|loan|men|party|review|stream|trade|win|bid|date|download|racing|' +
    String.raw`science|surf|cfd|sbs|cyou|quest|bond|pw|cc|ru\.com|su|live|online|site|fun|space|` +
    'website|club|shop|info)$',
);

const DECEIT: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/0/g, 'o'],
  [/1/g, 'l'],
  [/3/g, 'e'],
  [/4/g, 'a'],
  [/5/g, 's'],
  [/8/g, 'b'],
];
const undisguise = (label: string): readonly string[] => {
  const letters = DECEIT.reduce((text, [from, to]) => text.replace(from, to), label);
  return [letters, letters.replace(/l/g, 'i'), label.replace(/1/g, 'i').replace(/0/g, 'o')];
};

/** A public address written as a number, in whatever base; private and documentation ranges are everyday. */
export function isPublicAddressHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(bare) || bare.includes(':')) {
    return ipaddr.isValid(bare) && ipaddr.parse(bare).range() === 'unicast';
  }
  return false;
}

/** An address disguised as one number, or with hexadecimal or octal parts: no honest link is written so. */
export function isDisguisedAddress(host: string): boolean {
  if (/^(?:0x[0-9a-f]{1,8}|[1-9]\d{7,9})$/.test(host)) return true;
  const parts = host.split('.');
  if (
    parts.length > 4 ||
    parts.length < 2 ||
    !parts.every((part) => /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/.test(part))
  )
    return false;
  return parts.some((part) => /^0x/.test(part) || /^0\d+$/.test(part));
}

const CONFUSABLE = /[\u0370-\u058f\u13a0-\u13ff]/;

/** A label that mixes Latin with letters that look Latin. */
export const mixesScripts = (host: string): boolean =>
  host.split('.').some((label) => CONFUSABLE.test(label) && (/[a-z]/.test(label) || foldsToBrand(label)));

/** All letters of the label are look-alikes: `аррӏе`. */
const foldsToBrand = (label: string): boolean => {
  const folded = foldMixedScript(`a${label}`).slice(1);
  return BRANDS.some(([brand]) => folded === brand);
};

/** Decodes the labels that begin with `xn--` (RFC 3492); a label that cannot be decoded stays. */
export function fromPunycode(host: string): string {
  return host.includes('xn--')
    ? host
        .split('.')
        .map((l) => (l.startsWith('xn--') ? decodeLabel(l.slice(4)) : l))
        .join('.')
    : host;
}

function adapt(delta: number, count: number, first: boolean): number {
  let rest = first ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

function decodeLabel(label: string): string {
  const cut = label.lastIndexOf('-');
  const output = [...(cut > 0 ? label.slice(0, cut) : '')].map((char) => char.charCodeAt(0));
  let point = 128;
  let index = 0;
  let bias = 72;
  for (let at = cut > 0 ? cut + 1 : 0; at < label.length; ) {
    const before = index;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = '0123456789'.includes(label.charAt(at))
        ? Number(label.charAt(at)) + 26
        : label.charCodeAt(at) - 97;
      at++;
      if (digit < 0 || digit > 35 || Number.isNaN(digit) || index > 0x10ffff * 64) return label;
      index += digit * weight;
      const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    bias = adapt(index - before, output.length + 1, before === 0);
    point += Math.floor(index / (output.length + 1));
    index %= output.length + 1;
    if (point > 0x10ffff) return label;
    output.splice(index++, 0, point);
  }
  return String.fromCodePoint(...output);
}

/** Brands with the pattern of their name as a part of a label set off by hyphens. */
const DRESSED = BRANDS.map(([brand]) => ({ brand, part: new RegExp(`(?:^|-)${brand}(?:-|$)`) }));
const LOOK_ALIKE = /[0-9]|rn|vv/;

/** A host of one of the brands that phishing imitates. */
export function isOwnedByBrand(host: string): boolean {
  const { domain } = parse(host, { allowPrivateDomains: false });
  return domain !== null && OWNED.has(domain);
}

/**
 * A brand's name where the brand is not: as a subdomain, misspelt by look-alikes, or dressed up with lures.
 */
export function imitatesBrand(host: string): boolean {
  const { domain, domainWithoutSuffix: label, subdomain } = parse(host, { allowPrivateDomains: false });
  if (domain === null || label === null || OWNED.has(domain)) return false;
  const below = subdomain ?? '';
  if (below !== '' && BRAND_DOMAINS.some((owned) => `.${below}.`.includes(`.${owned}.`))) return true;
  const readings = LOOK_ALIKE.test(label) ? undisguise(label) : [];
  return DRESSED.some(({ brand, part }) => {
    if (label !== brand && brand.length >= 5 && readings.some((reading) => reading.includes(brand)))
      return true;
    return host.includes(brand) && isDressedUp({ brand, part, host, label, below });
  });
}

interface Dress {
  readonly brand: string;
  readonly part: RegExp;
  readonly host: string;
  readonly label: string;
  readonly below: string;
}

/** The name stands in the host; with a lure beside it, or under a doubtful ending, it is bait. */
function isDressedUp({ brand, part, host, label, below }: Dress): boolean {
  const lures = LURE.test(`${below}.${label}`.replace(brand, ''));
  if (lures && label !== brand && part.test(label)) return true;
  if (!below.split(/[.-]/).includes(brand)) return false;
  const doubtful = DOUBTFUL_ENDING.test(host);
  return (lures || doubtful) && (doubtful || label.includes('-'));
}
