/** What of an update makes a version, and whether it is published and pushed (contract §0, §5.4). */
import { checkDescription, checkVersionName } from './names.ts';

/** `version` of a create or update: an object, only a name, or nothing. */
export type VersionInput =
  | {
      readonly name?: string | null | undefined;
      readonly description?: string | null | undefined;
      readonly published?: boolean | null | undefined;
      readonly push?: boolean | null | undefined;
    }
  | string
  | null
  | undefined;

export interface VersionPlan {
  /** Undefined: the next automatic name. */
  readonly name: string | undefined;
  readonly description: string;
  readonly published: boolean;
  readonly push: boolean;
}

/**
 * `version.published` decides where it is there, else the update's own, else it is not published.
 * @throws RegistryError `invalid` for a name or description that cannot be
 */
export function planVersion(version: VersionInput, published: boolean | null | undefined): VersionPlan {
  const given = typeof version === 'string' ? { name: version } : (version ?? {});
  const path = typeof version === 'string' ? ['version'] : ['version', 'name'];
  return {
    name: given.name == null ? undefined : checkVersionName(given.name, path),
    description: checkDescription(given.description ?? '', ['version', 'description']),
    published: given.published ?? published ?? false,
    push: given.push ?? false,
  };
}

/** `v_<n>`, n counted from the versions there are, or the next one that is free. */
export function automaticName(count: number, taken: ReadonlySet<string>): string {
  let ordinal = count + 1;
  while (taken.has(`v_${ordinal}`)) ordinal += 1;
  return `v_${ordinal}`;
}
