/** `url_cats`: addresses that a feed knows as malicious, or whose structure gives them away. */
import type { ProfileSnapshot } from '../../core/policy.ts';
import type { JudgedText } from '../judged-text.ts';
import type { UrlModel } from '../models/url-model.ts';
import { SHIPPED_FEED, UrlFeed } from '../url/feed.ts';
import { type FoundUrl, findKnownHosts, findUrls } from '../url/find-urls.ts';
import {
  DOUBTFUL_ENDING,
  fromPunycode,
  imitatesBrand,
  isDisguisedAddress,
  isOwnedByBrand,
  isPublicAddressHost,
  mixesScripts,
} from '../url/hosts.ts';
import { SEEN } from '../views/census.ts';
import type { View } from '../views/view.ts';
import type { Detector, Finding } from './detector.ts';

/** Hosts that only serve to catch what others send (out-of-band testing). */
const CATCHER = new RegExp(
  String.raw`(?:^|\.)(?:burpcollaborator\.net|oastify\.com|oast\.(?:fun|pro|live|site|online|me` +
    String.raw`)|interact\.sh|interactsh\.com|dnslog\.cn|ceye\.io|canarytokens\.com|requestbin\.` +
    String.raw`net|requestcatcher\.com|webhook\.site|pipedream\.net)$`,
  '',
);
const ALWAYS_CATCHER = new RegExp(
  String.raw`(?:^|\.)(?:burpcollaborator\.net|oastify\.com|oast\.(?:fun|pro|live|site|online|me` +
    String.raw`)|interact\.sh|dnslog\.cn|ceye\.io)$`,
  '',
);
const PROGRAM = /\.(?:exe|scr|pif|bat|cmd|vbs|hta|ps1|jar|msi|apk|dll|lnk|iso|elf|sh)(?:[?#]|$)/i;
/** A query that asks to be filled in with what the model knows. */
export const TEMPLATE = new RegExp(
  String.raw`[?&][\w.-]{1,40}=[^&\s]{0,60}(?:\{\{?[^}\s]{1,60}\}|\[[A-Za-z_ -]{3,40}\]|<[A-Za-z` +
    String.raw`_ -]{3,40}>|\$\{[^}\s]{1,60}\}|%7b)`,
  'i',
);
const PLACEHOLDER = new RegExp(
  String.raw`^(?:user(?:name)?|login|name|token|key|git|x-access-token|oauth2?|\$\{?\w+\}?|<[^>` +
    String.raw`]*>|%\w+%?|\{+\w+\}+)?(?::(?:pass(?:word)?|pwd|token|key|x+|\*+|\$\{?\w+\}?|<[^>]*` +
    String.raw`>|\{+\w+\}+|\$\w+)?)?$`,
  'i',
);

/**
 * Category of the address by its structure alone, or undefined; chosen so that ordinary links never match.
 */
function structuralCategory(url: FoundUrl, inImage: boolean): string | undefined {
  const host = fromPunycode(url.host);
  if (isDisguisedAddress(host)) return 'disguised-address';
  if (isPublicAddressHost(host)) return PROGRAM.test(url.rest) ? 'malware-download' : 'ip-address-host';
  if (mixesScripts(host)) return 'look-alike-host';
  if (url.userinfo !== '' && !PLACEHOLDER.test(url.userinfo)) return 'credentials-in-url';
  if (ALWAYS_CATCHER.test(host)) return 'data-exfiltration';
  if (TEMPLATE.test(url.rest) && (inImage || CATCHER.test(host))) return 'data-exfiltration';
  if (imitatesBrand(host)) return 'brand-imitation';
  const doubtful = DOUBTFUL_ENDING.test(host);
  if (doubtful && (host.split('.').at(-2) ?? '').split('-').length > 4) return 'suspicious-host';
  if (doubtful && url.scheme === 'http' && PROGRAM.test(url.rest)) return 'malware-download';
  return undefined;
}

const isInImage = (text: string, start: number): boolean =>
  /!\[[^\]\n]{0,120}\]\(\s{0,2}$|<img [^>\n]{0,120}src ?= ?["']?$/i.test(
    text.slice(Math.max(0, start - 160), start),
  );

/** Names that no stranger can own (RFC 2606, RFC 6761, RFC 6762). */
const RESERVED = /(?:^|\.)(?:localhost|local|internal|test|invalid|example(?:\.(?:com|org|net))?)$/;
const NAMED_HOST = /^(?=.*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** What the trained model says of an address with an ordinary name. */
function learnedConfidence(url: FoundUrl, model: UrlModel | undefined): number | undefined {
  if (model === undefined || !/^https?$/.test(url.scheme) || !NAMED_HOST.test(url.host)) return undefined;
  if (RESERVED.test(url.host) || isOwnedByBrand(url.host)) return undefined;
  return model.judge(url.host, url.rest, url.port);
}

function searchView(view: View, known: Known, report: (finding: Finding) => void): void {
  const { feeds } = known;
  // What decoding cuts or joins is another address than the one that is opened.
  const model = view.kind === 'raw' || view.kind === 'normalised' ? known.model : undefined;
  const { seen } = view.census;
  if ((seen & SEEN.dot) === 0 && (seen & SEEN.slash) === 0 && (seen & SEEN.bracket) === 0) return;
  const text = view.text;
  const found = (url: FoundUrl, category: string, confidence: number): void =>
    report({ category, ...view.toRaw(url.start, url.end), confidence });
  const whole = (seen & SEEN.slash) === 0 ? [] : findUrls(text);
  const covered = new Set(whole.map((url) => url.end));
  for (const url of whole) {
    if (feeds.some((feed) => feed.has(url))) found(url, 'malicious-feed', 1);
    else {
      const category = structuralCategory(url, isInImage(text, url.start));
      if (category !== undefined) found(url, category, 0.8);
      else {
        const confidence = learnedConfidence(url, model);
        if (confidence !== undefined) found(url, 'learned-phishing', confidence);
      }
    }
  }
  for (const url of findKnownHosts(text, (host) => feeds.some((feed) => feed.knows(host)))) {
    if (!covered.has(url.end) && feeds.some((feed) => feed.has(url))) found(url, 'malicious-feed', 1);
  }
}

/** What addresses are held against. */
interface Known {
  readonly feeds: readonly UrlFeed[];
  readonly model: UrlModel | undefined;
}

const SHIPPED = new UrlFeed(SHIPPED_FEED);

function find(text: JudgedText, known: Known): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const view of text.views) {
    searchView(view, known, (finding) => findings.set(`${finding.start} ${finding.category}`, finding));
  }
  return [...findings.values()];
}

export const urlCatsDetector: Detector = {
  flag: 'url_cats',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: (profile: ProfileSnapshot, models) => {
    const feeds = profile.urlFeed.length === 0 ? [SHIPPED] : [SHIPPED, new UrlFeed(profile.urlFeed)];
    const known = { feeds, model: models?.url };
    return { find: (text) => find(text, known), openFrom: (text) => text.raw.length };
  },
};
