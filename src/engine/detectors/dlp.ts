/**
 * `dlp`: personal data by checksum and context, and secrets by vendors' formats, structure and
 * surroundings.
 */
import { findCards } from '../dlp/cards.ts';
import { findEmails, findIps } from '../dlp/contacts.ts';
import {
  findAssignments,
  findConnectionStrings,
  findJwts,
  findPrivateKeys,
  openKeyBlock,
} from '../dlp/credentials.ts';
import { findLabelled } from '../dlp/find-labelled.ts';
import type { DlpHit, DlpRule } from '../dlp/hit.ts';
import { findIbans, findSsns } from '../dlp/ids.ts';
import { findPhones } from '../dlp/phones.ts';
import { RIGHT_CHARS_MAX } from '../dlp/surroundings.ts';
import { findVendorKeys } from '../dlp/vendor-scan.ts';
import type { JudgedText } from '../judged-text.ts';
import type { Detector, Finding } from './detector.ts';

const RULES: readonly DlpRule[] = [
  findCards,
  findSsns,
  findIbans,
  findEmails,
  findPhones,
  findIps,
  findLabelled,
  findPrivateKeys,
  findJwts,
  findVendorKeys,
  findConnectionStrings,
  findAssignments,
];
/** Rules that a check digit or sum proves: they alone may judge strings that must come back byte for byte. */
const CHECKSUMMED: readonly DlpRule[] = [findCards, findIbans];

/** A generic credential inside a better-known one says nothing new. */
const GENERIC = 'Secret - Generic Credential';
/** A growing number, an IBAN above all, with its separators. */
const NUMBER_CHARS_MAX = 60;
const NUMBER_TAIL = /(?:[+＋]?[(（]?|[A-Za-z]{0,2})\d[\dA-Za-z .\-/()+]*$/;
/** What a number that has no digit yet begins with. */
const NUMBER_SIGN = /(?:[+＋][(（]?|[(（])$/;

function search(text: JudgedText, rules: readonly DlpRule[]): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const view of text.views) {
    const report = (hit: DlpHit): void => {
      const span = view.toRaw(hit.start, hit.end);
      const key = `${span.start} ${span.end} ${hit.category}`;
      if (seen.has(key)) return;
      seen.add(key);
      findings.push({ ...hit, ...span });
    };
    for (const rule of rules) rule(view, report);
  }
  if (!findings.some((finding) => finding.category === GENERIC)) return findings;
  const known = findings.filter((finding) => finding.setting === 'secrets' && finding.category !== GENERIC);
  return findings.filter(
    (finding) =>
      finding.category !== GENERIC || !known.some((k) => k.start < finding.end && finding.start < k.end),
  );
}

const isAnyDigit = (raw: string, at: number): boolean => {
  const code = raw.charCodeAt(at);
  return (code >= 48 && code <= 57) || (code > 0x65f && /\p{Nd}/u.test(raw.charAt(at)));
};

/** Words to the right may still make a number personal, and a number may still grow. */
function openNumber(raw: string): number {
  let first = Math.max(0, raw.length - RIGHT_CHARS_MAX);
  while (first < raw.length && !isAnyDigit(raw, first)) first++;
  if (first === raw.length) return first - (NUMBER_SIGN.exec(raw.slice(-2))?.[0].length ?? 0);
  const from = Math.max(0, first + 1 - NUMBER_CHARS_MAX);
  return from + (NUMBER_TAIL.exec(raw.slice(from, first + 1))?.index ?? first - from);
}

export const dlpDetector: Detector = {
  flag: 'dlp',
  surfaces: ['prompt', 'response', 'tool'],
  prepare: () => ({
    find: (text) => search(text, RULES),
    findOpaque: (text) => search(text, CHECKSUMMED),
    openFrom: (text) => Math.min(openKeyBlock(text.raw), openNumber(text.raw)),
  }),
};
