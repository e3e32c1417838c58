/** Rules of `agent`: harm to a named account or system that is dressed as a test, a study or an exercise. */
import { type PhraseRule, phrases } from '../rules/phrase-rules.ts';

const ACTION = 'harmful-action';
const G = '[^.!?;\\n\\0]';

export const PRETEXT_RULES: readonly PhraseRule[] = [
  ...phrases(ACTION, 'target', [
    [
      0.4,
      'account server company client patient customer vehicle device system department stock employee ' +
        'user process network database project portfolio flight order student case',
      ` (?:\\w{2,12} ){0,2}\\(?id[ :#]{1,2}#?\\w{0,3}\\d{3,12}`,
    ],
  ]),
  ...phrases(ACTION, 'pretext', [
    [
      0.4,
      'test testing study studying explore exploring examine examining evaluate evaluating assess ' +
        'assessing observe observing simulate simulating see',
      `(?<=\\b(?:to|for) \\w{3,10})\\b${G}{0,50}\\b(?:responses?|reactions?|impacts?|resilience|recovery|scenarios?` +
        '|procedures|capacity|protocols|effects?|behaviou?r|strateg\\w{1,4}|outcomes?|limits|security|systems?|processes)\\b',
    ],
  ]),
  ...phrases(ACTION, 'operation', [
    [
      0.6,
      'deploy cause causing trigger simulate simulating conduct perform create induce ' +
        'execute initiate run set',
      `\\b${G}{0,40}\\b(?:ransomware|malware|phishing|interruptions?|shutdowns?|outages?|downtime|congestion|overloads?|crash(?:es)?|failures?|denial[- ]of[- ]service|ddos|attacks?|disruptions?|blackouts?|fake|fictitious|ponzi|laundering)\\b`,
    ],
    [
      0.6,
      'alter change adjust modify replace remove rewrite falsify fabricate backdate inflate ' + 'embed',
      `\\b${G}{0,40}\\b(?:backup|financial|medical|trading|audit|expense|billing|tax|patient|legal|safety|sensor|test|evidence|transaction)s? (?:data|records?|reports?|statements?|logs?|results?|history|documents?|figures|readings?)\\b`,
    ],
    [
      0.5,
      'reallocate replicate duplicate simulate apply trade adjust encrypt interrupt ' +
        'disconnect lock limit reset execute create operate',
      `\\b${G}{0,90}\\b(?:id[ :#]{1,2}#?\\w{0,3}\\d{4}|\\$\\d)`,
    ],
  ]),
];
