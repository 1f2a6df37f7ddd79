import { asOptions } from '../../codes/code-list.ts';
import { communicationMethods } from '../../codes/communication-methods.ts';
import { contactBy, gender, settingTags, sex, tags } from '../../codes/small-lists.ts';
import type { SectionDefinition } from '../define.ts';
import { privateFromOthers } from './private.ts';

const upnHint = '1 letter, 11 numbers, then 1 number or letter. Leave it blank if you do not know it.';

/** F1.2: who the request is about. */
export const child = {
  title: 'Child or young person',
  fields: {
    first_name: {
      type: 'short-text',
      label: 'First name',
      rule: 'ask',
      maxLength: 100,
      requiredToSubmit: 'Enter their first name',
    },
    last_name: {
      type: 'short-text',
      label: 'Last name',
      rule: 'ask',
      maxLength: 100,
      requiredToSubmit: 'Enter their last name',
    },
    middle_names: { type: 'short-text', label: 'Middle names', rule: 'ask', maxLength: 200 },
    preferred_name: { type: 'short-text', label: 'Name they like to be called', rule: 'latest', maxLength: 100 },
    dob: {
      type: 'date',
      label: 'Date of birth',
      rule: 'ask',
      notFuture: true,
      warnYears: 26,
      requiredToSubmit: 'Enter their date of birth',
    },
    age: { type: 'computed', from: 'age', born: 'dob', label: 'Age in years', rule: 'closed' },
    year_offset: {
      type: 'number',
      label: 'Year group offset',
      rule: 'latest',
      min: -3,
      max: 3,
      defaultsTo: { value: 0 },
      hint: '0 means in the expected year. Enter −1 if they learn one year below.',
    },
    year_group: {
      type: 'computed',
      from: 'year-group',
      born: 'dob',
      offset: 'year_offset',
      label: 'Year group',
      rule: 'closed',
    },
    gender: {
      type: 'radios',
      label: 'Gender',
      rule: 'latest',
      options: asOptions(gender),
      requiredToSubmit: 'Select their gender',
    },
    upn: { type: 'upn', label: 'UPN (unique pupil number)', rule: 'ask', hint: upnHint },
    former_upns: {
      type: 'items',
      label: 'Former UPNs',
      itemName: 'former UPN',
      rule: 'items',
      maxItems: 10,
      fields: { former_upn: { type: 'upn', label: 'Former UPN', rule: 'ask', hint: upnHint } },
    },
    uln: {
      type: 'uln',
      label: 'ULN (unique learner number)',
      rule: 'ask',
      hint: '10 numbers, given to learners from the age of 14.',
    },
    nhs_number: {
      type: 'nhs-number',
      label: 'NHS number',
      rule: 'ask',
      hint: '10 numbers, like 999 000 0018. It is on any letter from the NHS.',
    },
    legal_status: { type: 'choice', label: 'Legal status', rule: 'ask', list: 'legal-status' },
    ethnicity: {
      type: 'choice',
      label: 'Ethnicity',
      rule: 'latest',
      list: 'ethnicity',
      hint: 'As the child, young person or family describes it. Do not guess.',
    },
    lang_spoken: { type: 'choice', label: 'Preferred spoken language', rule: 'latest', list: 'languages' },
    lang_written: {
      type: 'choice',
      label: 'Preferred written language',
      rule: 'latest',
      list: 'languages',
      defaultsTo: { field: 'lang_spoken' },
      hint: 'The same as the spoken one, unless you choose another.',
    },
    communicates_by: {
      type: 'checkboxes',
      label: 'Other ways they communicate',
      rule: 'latest',
      options: asOptions(communicationMethods),
    },
    interpreter: { type: 'yes-no', label: 'Do they need an interpreter, or help to take part?', rule: 'latest' },
    access_needs: {
      type: 'long-text',
      label: 'What do they need?',
      rule: 'latest',
      maxLength: 2000,
      when: [{ field: 'interpreter', is: ['yes'] }],
    },
    contact_by: {
      type: 'checkboxes',
      label: 'How can they be contacted?',
      rule: 'latest',
      options: asOptions(contactBy),
    },
  },
} as const satisfies SectionDefinition;

/** Where the child lives. It would also give away the private address of somebody they live with. */
export const childAddress = {
  title: 'Address, telephone and email of the child or young person',
  within: 'child',
  hiddenFrom: {
    ...privateFromOthers,
    when: { field: 'address_private', is: ['yes'] },
    orAnyItem: {
      list: 'contacts',
      when: [
        { field: 'keep_address_private', is: ['yes'] },
        { field: 'lives_with', is: ['yes'] },
      ],
    },
  },
  fields: {
    address: { type: 'address', label: 'Their address', rule: 'ask' },
    address_private: {
      type: 'yes-no',
      label: 'Keep their address private?',
      rule: 'ask',
      hint: 'Other members of the family will then not see their address, telephone number and email address; you, the school and the local authority will.',
    },
    main_phone: { type: 'phone', label: 'Main telephone number', rule: 'latest' },
    email: {
      type: 'email',
      label: 'Their email address',
      rule: 'latest',
      hint: 'For information only. We will never send anything to it.',
    },
  },
} as const satisfies SectionDefinition;

/** A picture of the child, from the family or the authority. */
export const childPhoto = {
  title: 'Photo of the child or young person',
  within: 'child',
  writtenBy: ['family', 'authority'],
  fields: {
    photo: {
      type: 'files',
      label: 'Photo',
      rule: 'closed',
      only: 'image',
      maxFiles: 1,
      category: 'photo-video',
      hint: 'If you and they would like to add one.',
    },
  },
} as const satisfies SectionDefinition;

/** What the authority alone notes. The tags are never printed, and no family, advocate or requester learns that they exist. */
export const childOfficer = {
  title: 'For the local authority',
  within: 'child',
  seenBy: ['authority'],
  writtenBy: ['authority'],
  fields: {
    upn_unknown: {
      type: 'choice',
      label: 'Why is there neither a UPN nor a ULN?',
      rule: 'latest',
      list: 'upn-unknown',
    },
    internal_ref: { type: 'short-text', label: 'Internal system reference', rule: 'latest', maxLength: 100 },
    sex: {
      type: 'radios',
      label: 'Sex, for the return to the Department for Education',
      rule: 'ask',
      options: asOptions(sex),
    },
    tags: {
      type: 'checkboxes',
      label: 'Tags',
      rule: 'ask',
      options: asOptions(tags),
      exclusive: 'none',
      print: 'omit',
    },
  },
} as const satisfies SectionDefinition;

/** The two tags that a setting may give; those of the authority stand apart, because a setting must not read them here. */
export const childSetting = {
  title: 'For the school or other setting',
  within: 'child',
  seenBy: ['setting', 'authority'],
  writtenBy: ['setting', 'authority'],
  fields: {
    setting_tags: {
      type: 'checkboxes',
      label: 'Does any of these apply?',
      rule: 'latest',
      options: asOptions(settingTags),
      print: 'omit',
    },
  },
} as const satisfies SectionDefinition;
