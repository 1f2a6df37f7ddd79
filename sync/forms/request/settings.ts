import { asOptions } from '../../codes/code-list.ts';
import { hours, placement, unit } from '../../codes/small-lists.ts';
import type { Fields, SectionDefinition, When } from '../define.ts';

const named: When = { field: 'by', is: ['setting'] };
const outside: When = { field: 'out_of_area', is: ['yes'] };

/** One setting, now or before; `unitSection` holds what the setting and the authority alone say of it. */
const settingFields = (unitSection: string) =>
  ({
    by: {
      type: 'radios',
      rule: 'latest',
      label: 'Do you want to name a setting, or only its type?',
      options: [
        { value: 'setting', label: 'Setting' },
        { value: 'type', label: 'Type' },
      ],
    },
    out_of_area: { type: 'yes-no', rule: 'latest', label: 'Is it outside this area?', when: [named] },
    setting: {
      type: 'setting-picker',
      rule: 'latest',
      label: 'Search settings in this area',
      hint: 'Start typing its name.',
      notListed: 'If it is outside this area, answer “Yes” to “Is it outside this area?” and type its name there.',
      when: [named, { field: 'out_of_area', is: [null, 'no'] }],
    },
    outside_name: {
      type: 'short-text',
      rule: 'latest',
      maxLength: 200,
      label: 'Name of the setting',
      when: [named, outside],
    },
    outside_address: { type: 'address', rule: 'latest', label: 'Address of the setting', when: [named, outside] },
    setting_type: {
      type: 'choice',
      rule: 'latest',
      list: 'setting-types',
      label: 'Type of setting',
      when: [{ field: 'by', is: ['type'] }],
    },
    start_on: { type: 'date', rule: 'latest', label: 'Start date', when: [named] },
    left_on: {
      type: 'date',
      rule: 'latest',
      label: 'Leaving date',
      hint: 'If they have left, or it is known when they will.',
      when: [named],
    },
    leaving_reason: {
      type: 'rich-text',
      rule: 'text',
      label: 'Why did they leave, or why will they leave?',
      when: [named],
    },
    placement: {
      type: 'radios',
      rule: 'latest',
      options: asOptions(placement),
      label: 'Which placement is it?',
      hint: 'A child who is registered at two settings has one primary and one secondary placement.',
    },
    hours: {
      type: 'radios',
      rule: 'latest',
      options: asOptions(hours),
      label: 'Full time or part time?',
      hint: 'Part time means fewer than 10 sessions a week.',
    },
    in_unit: {
      type: 'radios',
      rule: 'latest',
      options: asOptions(unit),
      label: 'SEN unit or resourced provision?',
      section: unitSection,
    },
    attendance_percent: {
      type: 'number',
      rule: 'latest',
      min: 0,
      max: 100,
      step: 0.5,
      label: 'Attendance over the last year, in per cent',
    },
    attendance: { type: 'rich-text', rule: 'text', label: 'About their attendance over the last year' },
    details: { type: 'rich-text', rule: 'text', label: 'Anything else about this setting' },
  }) as const satisfies Fields;

const unitSection = (title: string, within: string) =>
  ({
    title,
    within,
    seenBy: ['setting', 'authority'],
    writtenBy: ['setting', 'authority'],
    fields: {},
  }) as const satisfies SectionDefinition;

/** F1.4: where the child learns now. */
export const currentSettings = {
  title: 'Current education settings',
  fields: {
    settings: {
      type: 'items',
      label: 'Current settings',
      itemName: 'setting',
      rule: 'items',
      maxItems: 20,
      fields: settingFields('current-unit'),
    },
  },
} as const satisfies SectionDefinition;
export const currentUnit = unitSection('Unit or provision at a current setting', 'current-settings');

/** F1.5: where they learned in the last five years. */
export const previousSettings = {
  title: 'Previous education settings',
  fields: {
    had_previous: {
      type: 'yes-no',
      rule: 'latest',
      label: 'Have they been at any other setting in the last five years?',
    },
    previous: {
      type: 'items',
      label: 'Previous settings',
      itemName: 'setting',
      rule: 'items',
      maxItems: 50,
      when: [{ field: 'had_previous', is: ['yes'] }],
      fields: settingFields('previous-unit'),
    },
  },
} as const satisfies SectionDefinition;
export const previousUnit = unitSection('Unit or provision at a previous setting', 'previous-settings');
