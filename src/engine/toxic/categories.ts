/** The categories of toxic content, and what reports call them (contract §1.3, §4). */

export const TOXIC_CATEGORIES = {
  hate: 'Hate',
  harassment: 'Harassment',
  'sexual-content': 'Sexual Content',
  'self-harm': 'Self-Harm',
  'violent-crime': 'Violent Crime',
  cybercrime: 'Cybercrimes',
  'controlled-substance': 'Controlled Substances',
  'indiscriminate-weapon': 'Indiscriminate Weapons',
  'other-nonviolent-crime': 'Other Non-violent crime and Misconduct',
} as const;

export type ToxicCategory = keyof typeof TOXIC_CATEGORIES;

/** Display names, each once, of those categories that are toxic ones. */
export const displayNames = (categories: Iterable<string>): readonly string[] => {
  const names = new Map<string, string>(Object.entries(TOXIC_CATEGORIES));
  return [...new Set([...categories].flatMap((category) => names.get(category) ?? []))];
};
