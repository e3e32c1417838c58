/** Numbers of papers and accounts by the label in front of them: licences, passports, births, patients. */
import { type AnchoredRule, AnchoredRules } from '../rules/anchored-rules.ts';
import { type DlpRule, personal } from './hit.ts';

/** Between a label and its value: a word for "number", "is", a colon. */
const LINK =
  '(?:[ _-](?:code|number|no\\.?|nr\\.?|num\\.?|#|id|nummer|numero|n[oº°]))?' +
  '(?: is| ist| es| est)?[ \\t]{0,3}[:#=]?[ \\t]{0,3}';
const REACH_CHARS = 100;

interface LabelledNumber extends AnchoredRule {
  readonly category: string;
  /** What the value, as it is written, must look like beyond its pattern. */
  readonly holds: (value: string) => boolean;
}

const hasDigits = (least: number) => (value: string) => value.replace(/\D/g, '').length >= least;

/** NHS number: modulus 11 (NHS data dictionary). */
function isNhs(value: string): boolean {
  const digits = value.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += Number(digits.charAt(i)) * (10 - i);
  return (11 - (sum % 11)) % 11 === Number(digits.charAt(9));
}

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}';
const DATE =
  '\\d{1,2}[./-]\\d{1,2}[./-](?:19|20)?\\d{2}|(?:19|20)\\d{2}[./-]\\d{1,2}[./-]\\d{1,2}|' +
  `\\d{1,2}(?:st|nd|rd|th)? ${MONTH},? (?:19|20)\\d{2}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\\d{2}`;

/** @param words with which the label begins */
const labelled = (
  category: string,
  words: string,
  label: string,
  value: string,
  holds: (value: string) => boolean,
): LabelledNumber => ({
  id: category,
  category,
  words: words.split(' '),
  pattern: new RegExp(`(?:${label})${LINK}(${value})(?![a-z0-9])`, 'dy'),
  holds,
});

const NUMBERS: readonly LabelledNumber[] = [
  labelled(
    'Drivers License',
    "driver drivers driving driver's fuhrerschein führerschein fuhrerscheinnummer führerscheinnummer " +
      'permis carnet carne patente',
    "driv(?:er'?s?|ing)[ _-]?licen[cs]e|f(?:u|ü)hrerschein(?:nummer)?|permis de conduire|" +
      'carnet? de conducir|patente di guida',
    '[a-z]{0,3}[ -]?\\d{2,9}(?:[ -]\\d{2,6}){0,4}[a-z]{0,2}|[a-z0-9]{5,20}',
    hasDigits(4),
  ),
  labelled(
    'Passport Number',
    'passport reisepass reisepassnummer passeport pasaporte passaporto paspoort',
    'passport|reisepass(?:nummer)?|passeport|pasaporte|passaporto|paspoort',
    '[a-z]{0,3}[0-9][a-z0-9]{5,9}',
    hasDigits(5),
  ),
  labelled(
    'Date of Birth',
    'date birth birthdate dob d geburtsdatum fecha data geboortedatum',
    'date of birth|birth ?date|d\\.?o\\.?b\\.?|geburtsdatum|date de naissance|fecha de nacimiento|' +
      'data (?:di nascita|de nascimento)|geboortedatum',
    DATE,
    () => true,
  ),
  labelled(
    'Medical Record Number',
    'medical patient mrn health medicare versichertennummer',
    'medical record|patient|mrn|health insurance|medicare|versichertennummer',
    '[a-z]{0,3}[0-9][a-z0-9-]{5,12}',
    hasDigits(6),
  ),
  labelled('National Id - UK - NHS Number', 'nhs', 'nhs', '\\d{3}[ -]?\\d{3}[ -]?\\d{4}', isNhs),
  labelled(
    'National Id - UK - National Insurance Number',
    'national nino',
    'national insurance|nino',
    '(?![dfiquv])[a-z](?![dfiquvo])[a-z] ?\\d{2} ?\\d{2} ?\\d{2} ?[a-d]',
    hasDigits(6),
  ),
  labelled(
    'Bank - SWIFT Code - BIC',
    'swift bic',
    '(?:swift|bic)(?:[/-](?:swift|bic))?',
    '[a-z]{6}[a-z0-9]{2}(?:[a-z0-9]{3})?',
    (value) => value === value.toUpperCase(),
  ),
];
const RULES = new AnchoredRules(NUMBERS, REACH_CHARS, true);

/** Numbers behind a label that says what they are. */
export const findLabelled: DlpRule = (view, report) => {
  RULES.find(view, ({ category, pattern, holds }, at) => {
    pattern.lastIndex = at;
    const [start = 0, end = 0] = pattern.exec(view.lower)?.indices?.[1] ?? [];
    if (end > start && holds(view.text.slice(start, end))) report(personal(category, start, end, 0.8));
  });
};
