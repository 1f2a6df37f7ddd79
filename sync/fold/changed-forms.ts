/** A form of three versions, for tests: between them fields are renamed, an option has another name, one field becomes two. */
import { defineForm, type FormDefinition } from '../forms/define.ts';
import { asItWas, type FormPast, type Upgrade } from '../forms/past.ts';

const sexes = (male: string, female: string) => ({
  type: 'radios',
  label: 'Sex',
  rule: 'latest' as const,
  options: [
    { value: male, label: 'Male' },
    { value: female, label: 'Female' },
  ],
});
const line = (label: string, rule: 'ask' | 'latest' = 'ask') => ({ type: 'short-text', label, rule });
const people = (fields: Record<string, ReturnType<typeof line>>) => ({
  title: 'People',
  fields: {
    people: { type: 'items', label: 'People', itemName: 'person', rule: 'items' as const, maxItems: 50, fields },
  },
});
const story = { type: 'rich-text', label: 'Story', rule: 'text' as const };

const first = defineForm({
  kind: 'changed',
  title: 'A form that changes',
  version: 1,
  sections: {
    facts: {
      title: 'Facts',
      fields: { name: line('Name'), sex: sexes('M', 'F'), colour: line('Colour', 'latest'), story },
    },
    people: people({ full_name: line('Name'), phone: line('Telephone', 'latest') }),
  },
});

const second = defineForm({
  ...first,
  version: 2,
  sections: {
    facts: {
      title: 'Facts',
      fields: {
        given: line('First name'),
        family: line('Last name'),
        sex: sexes('male', 'female'),
        colour: line('Colour', 'latest'),
        account: story,
      },
    },
    people: people({ name: line('Name'), phone: line('Telephone', 'latest') }),
  },
});

export const third: FormDefinition = defineForm({
  ...second,
  version: 3,
  sections: {
    facts: {
      title: 'Facts',
      fields: {
        first: line('First name'),
        family: line('Last name'),
        sex: sexes('male', 'female'),
        // Two questions whose names have changed places with their answers.
        account: line('Colour', 'latest'),
        colour: story,
      },
    },
    people: people({ name: line('Name'), phone: line('Telephone', 'latest') }),
  },
});

const firstWord = (name: unknown) => String(name).split(' ', 1)[0] ?? null;
const otherWords = (name: unknown) =>
  String(name).includes(' ') ? String(name).slice(String(name).indexOf(' ') + 1) : null;

const upgrades: readonly Upgrade[] = [
  {
    'facts.name': { given: firstWord, family: otherWords },
    'facts.sex': { sex: (sex) => (sex === 'M' ? 'male' : sex === 'F' ? 'female' : sex) },
    'facts.story': { account: asItWas },
    'people.full_name': { name: asItWas },
  },
  {
    'facts.given': { first: asItWas },
    'facts.colour': { account: asItWas },
    'facts.account': { colour: asItWas },
  },
];

export const changedPast: FormPast = { definitions: [first, second], upgrades };
export const changedForms: readonly FormDefinition[] = [first, second, third];
