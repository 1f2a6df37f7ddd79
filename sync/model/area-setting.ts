/** A school, nursery or college of the authority's area, as the Hub tells every device of it. Nothing in it is about a person. */
import type { PostalAddress } from '../field-types/address.ts';

export interface AreaSetting {
  readonly id: string;
  readonly name: string;
  readonly kind: SettingKind;
  /** A key of the code list `establishment-types`; null where that list has no fitting kind. */
  readonly type: string | null;
  readonly address: PostalAddress | null;
}

/** What an organisation must be to be offered as a place where a child learns. */
export const settingKinds = ['school', 'nursery', 'college'] as const;
export type SettingKind = (typeof settingKinds)[number];
