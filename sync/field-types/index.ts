/** The table of field types. Their views stand in `src/lib/forms/fields/index.ts`. */
import { address } from './address.ts';
import { checkboxes } from './checkboxes.ts';
import { choice } from './choice.ts';
import { computed } from './computed.ts';
import { date } from './date.ts';
import { email } from './email.ts';
import type { FieldType } from './field-type.ts';
import { files } from './files.ts';
import { items } from './items.ts';
import { longText } from './long-text.ts';
import { nhsNumber } from './nhs-number.ts';
import { number } from './number.ts';
import { phone } from './phone.ts';
import { radios } from './radios.ts';
import { richText } from './rich-text.ts';
import { settingPicker } from './setting-picker.ts';
import { shortText } from './short-text.ts';
import { uln } from './uln.ts';
import { upn } from './upn.ts';
import { yesNo } from './yes-no.ts';

const all: readonly FieldType[] = [
  shortText,
  longText,
  email,
  phone,
  date,
  number,
  address,
  yesNo,
  radios,
  checkboxes,
  choice,
  settingPicker,
  upn,
  uln,
  nhsNumber,
  richText,
  items,
  files,
  computed,
];

export const fieldTypes: Readonly<Record<string, FieldType | undefined>> = Object.fromEntries(
  all.map((type) => [type.name, type]),
);
