/** The explicit list of built-in detectors, in the order in which they run. */
import { agentDetector } from './agent.ts';
import { dbSecurityDetector } from './db-security.ts';
import type { Detector } from './detector.ts';
import { dlpDetector } from './dlp.ts';
import { injectionDetector } from './injection.ts';
import { maliciousCodeDetector } from './malicious-code.ts';
import { sourceCodeDetector } from './source-code.ts';
import { topicViolationDetector } from './topic-violation.ts';
import { toxicContentDetector } from './toxic-content.ts';
import { ungroundedDetector } from './ungrounded.ts';
import { urlCatsDetector } from './url-cats.ts';

export const DETECTORS: readonly Detector[] = [
  dlpDetector,
  injectionDetector,
  urlCatsDetector,
  dbSecurityDetector,
  maliciousCodeDetector,
  agentDetector,
  toxicContentDetector,
  topicViolationDetector,
  sourceCodeDetector,
  ungroundedDetector,
];
