import { expect, test } from 'vitest';
import { isAuthority, isEnglishAuthority } from '../identifiers/authority-numbers.ts';
import { asOptions, codes, labelsOf, offeredOn, type CodeList } from './code-list.ts';
import { codeLists } from './index.ts';

const today = '2026-11-22';
const listNamed = async (name: string): Promise<CodeList> => {
  const list = await codeLists[name]?.();
  if (list === undefined) throw new Error(`There is no list ${name}.`);
  return list;
};
const keysOf = (list: CodeList) => offeredOn(list, today).map((code) => code.key);

test('every list has its name, keys and labels that are there once, and something to offer', async () => {
  const names = Object.keys(codeLists);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const list = await listNamed(name);
    expect(list.name).toBe(name);
    expect(new Set(list.codes.map((code) => code.key)).size).toBe(list.codes.length);
    expect(new Set(list.codes.map((code) => code.label)).size, name).toBe(list.codes.length);
    for (const { key, label } of list.codes) {
      expect(key, name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(label.trim()).toBe(label);
      expect(label).not.toBe('');
    }
    expect(offeredOn(list, today).length).toBeGreaterThan(1);
    expect(labelsOf(list).size).toBe(list.codes.length);
  }
});

test('315 languages are offered, 248 of three letters and 67 varieties of four, by name, with English and BSL first', async () => {
  const list = await listNamed('languages');
  const offered = offeredOn(list, today);
  expect(offered).toHaveLength(315);
  expect(offered.filter((code) => code.key.length === 3)).toHaveLength(248);
  expect(offered.filter((code) => code.key.length === 4)).toHaveLength(67);
  expect(keysOf(list).slice(0, 2)).toEqual(['ENG', 'BSL']);
  const names = offered.slice(2).map((code) => code.label);
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en-GB')));
  expect(names.slice(0, 3)).toEqual(['Acholi', 'Adangme', 'Afar-Saho']);
});

test('what a record may say of a language but no family is asked has a label and is not offered', async () => {
  const list = await listNamed('languages');
  for (const key of ['ENB', 'OTB', 'OTH', 'OTL', 'NOT', 'REF', 'ZZZ']) {
    expect(labelsOf(list).has(key)).toBe(true);
    expect(keysOf(list)).not.toContain(key);
  }
});

test('ten legal statuses are offered by name; nine more wait for an authority that wants them', async () => {
  const list = await listNamed('legal-status');
  expect(keysOf(list)).toEqual(['CLE', 'CLF', 'CLR', 'CAO', 'NLS', 'OTH', 'PLO', 'PWP', 'PFA', 'S20']);
  expect(list.codes).toHaveLength(19);
});

test('an extended ethnic code names a main code of the list, and the test group of the old system is not there', async () => {
  const list = await listNamed('ethnicity');
  const main = list.codes.filter((code) => code.dfe === undefined).map((code) => code.key);
  expect(main).toEqual([
    'WBRI',
    'WIRI',
    'WIRT',
    'WROM',
    'WOTH',
    'MWBC',
    'MWBA',
    'MWAS',
    'MOTH',
    'AIND',
    'APKN',
    'ABAN',
    'CHNE',
    'AOTH',
    'BAFR',
    'BCRB',
    'BOTH',
    'OOTH',
    'REFU',
    'NOBT',
  ]);
  for (const code of list.codes) if (code.dfe !== undefined) expect(main).toContain(code.dfe);
  expect(labelsOf(list).get('BOTH')).toBe('Black Any Other Black/ African/ Caribbean Background');
  expect(labelsOf(list).get('OARA')).toBe('Arab');
  expect([...labelsOf(list).values()].some((label) => /test/i.test(label))).toBe(false);
});

test('the thirteen setting types of the old form are there, word for word', async () => {
  const labels = new Set(labelsOf(await listNamed('setting-types')).values());
  const main = [
    'academy',
    'academy (resourced provision)',
    'academy (SEN Unit)',
    'free school',
    'free school (resourced provision)',
    'free school (SEN Unit)',
    'independent school',
    'LA maintained (including foundation schools)',
    'LA maintained (resourced provision)',
  ];
  for (const label of main) expect(labels).toContain(`Mainstream school: ${label}`);
  for (const label of [
    'AP/PRU: Academy',
    'AP/PRU: Free school',
    'AP/PRU: LA maintained',
    'Hospital schools (including foundation schools)',
  ])
    expect(labels).toContain(label);
});

test('the checklist of a request has eleven items', async () => {
  expect((await listNamed('document-categories')).codes.filter((code) => code.group === 'Checklist')).toHaveLength(11);
  expect((await listNamed('establishment-types')).codes).toHaveLength(39);
  expect((await listNamed('contact-roles')).codes).toHaveLength(41);
});

test('England has 153 local authorities; those that ended are not offered, and their numbers are still known', async () => {
  const list = await listNamed('local-authorities');
  expect(offeredOn(list, today)).toHaveLength(153);
  for (const [key, label] of [
    ['201', 'City of London'],
    ['330', 'Birmingham'],
    ['812', 'North East Lincolnshire'],
    ['830', 'Derbyshire'],
    ['878', 'Devon'],
    ['860', 'Staffordshire'],
  ] as const) {
    expect(labelsOf(list).get(key)).toBe(label);
  }
  const known = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0')).filter(isEnglishAuthority);
  expect(known).toEqual(list.codes.map((code) => code.key).sort());
  expect(isAuthority('681')).toBe(true);
  expect(isAuthority('000')).toBe(false);
});

test('a value is offered from its first day to its last, and keeps its label for ever', () => {
  const list: CodeList = {
    name: 'x',
    codes: [
      ...codes([
        ['a', 'A'],
        ['b', 'B'],
      ]),
      { key: 'c', label: 'C', from: '2027-01-01' },
      { key: 'd', label: 'D', to: '2026-11-22' },
    ],
    pinned: ['b'],
  };
  expect(keysOf(list)).toEqual(['b', 'a', 'd']);
  expect(offeredOn(list, '2027-01-01').map((code) => code.key)).toEqual(['b', 'a', 'c']);
  expect(labelsOf(list).get('d')).toBe('D');
  expect(asOptions(list)[0]).toEqual({ value: 'a', label: 'A' });
});
