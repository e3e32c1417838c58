/**
 * A feed of addresses: hosts with all below them, and URL prefixes. The shipped one holds harmless test
 * addresses.
 */
import type { FoundUrl } from './find-urls.ts';

/** Addresses that the industry keeps for tests; what they hold is harmless. */
export const SHIPPED_FEED: readonly string[] = [
  'urlfiltering.paloaltonetworks.com/test-malware',
  'urlfiltering.paloaltonetworks.com/test-phishing',
  'urlfiltering.paloaltonetworks.com/test-command-and-control',
  'urlfiltering.paloaltonetworks.com/test-ransomware',
  'urlfiltering.paloaltonetworks.com/test-grayware',
  'urlfiltering.paloaltonetworks.com/test-hacking',
  'urlfiltering.paloaltonetworks.com/test-inline-url-analysis-phishing',
  'urlfiltering.paloaltonetworks.com/test-inline-url-analysis-malware',
  'urlfiltering.paloaltonetworks.com/test-newly-registered-domain',
  'urlfiltering.paloaltonetworks.com/test-dynamic-dns',
  'malware.wicar.org',
  'testsafebrowsing.appspot.com/s/malware.html',
  'testsafebrowsing.appspot.com/s/phishing.html',
  'testsafebrowsing.appspot.com/s/unwanted.html',
  'testsafebrowsing.appspot.com/s/malware_in_iframe.html',
  'testsafebrowsing.appspot.com/s/bad_login.html',
  'testsafebrowsing.appspot.com/apiv4',
  'malware.testing.google.test',
  'phishing.testing.google.test',
  'secure.eicar.org/eicar.com',
  'eicar.org/download',
  'internetbadguys.com',
  'examplemalwaredomain.com',
  'examplebotnetdomain.com',
  'exampleadultsite.com/malware',
  'wrs21.winshipway.com',
  'wrs41.winshipway.com',
  'amtso.eicar.org',
  'demo.smartscreen.msft.net',
];

export class UrlFeed {
  /** Host to the prefixes of paths under it; an empty prefix is the whole host. */
  readonly #prefixes = new Map<string, string[]>();

  constructor(lines: readonly string[]) {
    for (const line of lines) this.#add(line);
  }

  #add(line: string): void {
    const entry = line
      .replace(/#.*$/, '')
      .trim()
      .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
      .replace(/^\*\./, '');
    if (entry === '' || entry.startsWith('!')) return;
    const slash = entry.search(/[/?]/);
    const host = (slash < 0 ? entry : entry.slice(0, slash))
      .replace(/:\d+$/, '')
      .replace(/\.$/, '')
      .toLowerCase();
    const path = slash < 0 ? '' : entry.slice(slash).replace(/\/+$/, '');
    if (host !== '') this.#prefixes.set(host, [...(this.#prefixes.get(host) ?? []), path]);
  }

  /** The host, or one above it, is in the feed. */
  knows(host: string): boolean {
    for (let at = 0; at >= 0; at = host.indexOf('.', at) + 1 || -1) {
      if (this.#prefixes.has(host.slice(at))) return true;
    }
    return false;
  }

  /** The address is one of the feed's, or below one. */
  has(url: FoundUrl): boolean {
    const rest = cleanPath(url.rest);
    for (let at = 0; at >= 0; at = url.host.indexOf('.', at) + 1 || -1) {
      const prefixes = this.#prefixes.get(url.host.slice(at));
      if (prefixes?.some((prefix) => isUnder(rest, prefix)) === true) return true;
    }
    return false;
  }
}

const isUnder = (rest: string, prefix: string): boolean =>
  prefix === '' || (rest.startsWith(prefix.toLowerCase()) && !/[a-z0-9]/i.test(rest.charAt(prefix.length)));

/** Slashes, dots and percent-escapes of letters do not make another place. */
const cleanPath = (rest: string): string =>
  rest
    .replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\/(?:\.?\/)+/g, '/')
    .toLowerCase();
