/** The table of views, one a field type, each loaded when a form first wants it. */
import type { FieldViewModule } from '../field-view.ts';

export const fieldViews: Readonly<Record<string, (() => Promise<FieldViewModule>) | undefined>> = {
  'short-text': () => import('./ShortText.svelte'),
  'long-text': () => import('./LongText.svelte'),
  email: () => import('./Email.svelte'),
  phone: () => import('./Phone.svelte'),
  date: () => import('./Date.svelte'),
  number: () => import('./Number.svelte'),
  address: () => import('./Address.svelte'),
  'yes-no': () => import('./YesNo.svelte'),
  radios: () => import('./Radios.svelte'),
  checkboxes: () => import('./Checkboxes.svelte'),
  choice: () => import('./Choice.svelte'),
  'setting-picker': () => import('./SettingPicker.svelte'),
  upn: () => import('./Upn.svelte'),
  uln: () => import('./Uln.svelte'),
  'nhs-number': () => import('./NhsNumber.svelte'),
  'rich-text': () => import('./RichText.svelte'),
  items: () => import('./Items.svelte'),
  files: () => import('./Files.svelte'),
  computed: () => import('./Computed.svelte'),
};
