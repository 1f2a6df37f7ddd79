/** Lists short enough to stand on the screen as radios or checkboxes. */
import { codes, type CodeList } from './code-list.ts';

const list = (name: string, pairs: Parameters<typeof codes>[0]): CodeList => ({ name, codes: codes(pairs) });

export const gender = list('gender', [
  ['female', 'Female'],
  ['male', 'Male'],
  ['non-binary', 'Non Binary'],
  ['not-said', 'Rather not say'],
]);

/** As the SEN2 return has taken it since 2024; kept apart from gender. */
export const sex = list('sex', [
  ['F', 'Female'],
  ['M', 'Male'],
]);

export const placement = list('placement', [
  ['primary', 'Primary placement'],
  ['secondary', 'Secondary placement'],
  ['neither', 'Neither'],
]);

export const hours = list('hours', [
  ['full-time', 'Full time'],
  ['part-time', 'Part time'],
]);

export const unit = list('unit', [
  ['sen-unit', 'SEN unit'],
  ['resourced-provision', 'Resourced provision'],
  ['neither', 'Neither'],
]);

export const contactBy = list('contact-by', [
  ['email', 'Email'],
  ['post', 'Post'],
  ['phone', 'Phone'],
  ['text', 'Text message'],
]);

export const firstRequest = list('first-request', [
  ['yes', 'Yes'],
  ['no', 'No'],
  ['not-known', 'Not known'],
]);

export const consentGiven = list('consent-given', [
  ['yes', 'Yes'],
  ['no-but-know', 'No, but they know about it'],
  ['not-known', 'No, they do not know about it'],
]);

export const consentHow = list('consent-how', [
  ['signed', 'Signed form'],
  ['email', 'Email'],
  ['in-person', 'In person'],
  ['phone', 'Phone'],
]);

export const leavingReasons = list('leaving-reasons', [
  ['moved', 'Moved house'],
  ['phase-transfer', 'Phase transfer'],
  ['excluded', 'Permanent exclusion'],
  ['managed-move', 'Managed move'],
  ['home-education', 'To home education'],
  ['broke-down', 'Placement broke down'],
  ['closed', 'The setting closed'],
  ['other', 'Other'],
]);

/** Set by the authority; «None» stands alone. */
export const tags = list('tags', [
  ['SG', 'Safeguarding'],
  ['EOTAS', 'Educated Other Than at School'],
  ['LAC', 'Looked After Child'],
  ['NEET', 'Not in Education Employment or Training'],
  ['none', 'None'],
]);

/** The two tags that a setting may give. */
export const settingTags = list(
  'setting-tags',
  tags.codes.filter(({ key }) => key === 'EOTAS' || key === 'NEET').map(({ key, label }) => [key, label] as const),
);
