/**
 * Ethnic groups by the codes of the Department for Education. An extended code names in `dfe` the main code that the
 * SEN2 return takes in its place. The child or the family states it; nobody guesses it. Labels of the extended codes
 * are the census's own words; `ORAB` is on the list without a label of its own that we could confirm.
 */
import { codes, type Code, type CodeList } from './code-list.ts';

type Pairs = Parameters<typeof codes>[0];
const group = (name: string) => (pairs: Pairs) => codes(pairs, { group: name });
const extended =
  (name: string, main: string) =>
  (pairs: Pairs): readonly Code[] =>
    codes(pairs, { group: name, dfe: main });

export const ethnicity: CodeList = {
  name: 'ethnicity',
  codes: [
    ...group('White')([['WBRI', 'White British']]),
    ...extended(
      'White',
      'WBRI',
    )([
      ['WENG', 'White English'],
      ['WSCO', 'White Scottish'],
      ['WWEL', 'White Welsh'],
      ['WNIR', 'White Northern Irish'],
      ['WCOR', 'White Cornish'],
      ['WOWB', 'White Other British'],
    ]),
    ...group('White')([
      ['WIRI', 'White Irish'],
      ['WIRT', 'Traveller of Irish heritage'],
      ['WROM', 'Gypsy/Roma'],
    ]),
    ...extended(
      'White',
      'WROM',
    )([
      ['WROG', 'Gypsy'],
      ['WROR', 'Roma'],
      ['WROO', 'Other Gypsy/Roma'],
    ]),
    ...group('White')([['WOTH', 'White Any Other Background']]),
    ...extended(
      'White',
      'WOTH',
    )([
      ['WEUR', 'White European'],
      ['WEEU', 'White Eastern European'],
      ['WWEU', 'White Western European'],
      ['WALB', 'White Albanian'],
      ['WBOS', 'White Bosnian-Herzegovinian'],
      ['WCRO', 'White Croatian'],
      ['WGRE', 'White Greek/Greek Cypriot'],
      ['WITA', 'White Italian'],
      ['WKOS', 'White Kosovan'],
      ['WPOR', 'White Portuguese'],
      ['WSER', 'White Serbian'],
      ['WTUR', 'White Turkish/Turkish Cypriot'],
    ]),
    ...group('Mixed')([
      ['MWBC', 'Mixed White and Black Caribbean'],
      ['MWBA', 'Mixed White and Black African'],
      ['MWAS', 'Mixed White and Asian'],
      ['MOTH', 'Mixed Any Other Background'],
    ]),
    ...extended('Asian', 'AOTH')([['ABRI', 'Asian British']]),
    ...group('Asian')([
      ['AIND', 'Asian Indian'],
      ['APKN', 'Asian Pakistani'],
    ]),
    ...extended(
      'Asian',
      'APKN',
    )([
      ['AMPK', 'Asian Mirpuri Pakistani'],
      ['AKPA', 'Asian Kashmiri Pakistani'],
      ['AOPK', 'Asian Other Pakistani'],
    ]),
    ...group('Asian')([
      ['ABAN', 'Asian Bangladeshi'],
      ['CHNE', 'Asian Chinese'],
    ]),
    ...extended(
      'Asian',
      'CHNE',
    )([
      ['CHKC', 'Hong Kong Chinese'],
      ['CMAL', 'Malaysian Chinese'],
      ['CSNG', 'Singaporean Chinese'],
      ['CTWN', 'Taiwanese'],
      ['COCH', 'Other Chinese'],
    ]),
    ...group('Asian')([['AOTH', 'Asian Any Other Background']]),
    ...extended(
      'Asian',
      'AOTH',
    )([
      ['AAFR', 'African Asian'],
      ['AKAO', 'Kashmiri Other'],
      ['ANEP', 'Nepali'],
      ['ASNL', 'Sinhalese'],
      ['ASLT', 'Sri Lankan Tamil'],
      ['ASRO', 'Sri Lankan Other'],
      ['AOTA', 'Other Asian'],
    ]),
    ...extended('Black', 'BOTH')([['BBRI', 'Black British']]),
    ...group('Black')([['BAFR', 'Black African']]),
    ...extended(
      'Black',
      'BAFR',
    )([
      ['BANN', 'Black Angolan'],
      ['BCON', 'Black Congolese'],
      ['BGHA', 'Black Ghanaian'],
      ['BNGN', 'Black Nigerian'],
      ['BSLN', 'Black Sierra Leonean'],
      ['BSOM', 'Black Somali'],
      ['BSUD', 'Black Sudanese'],
      ['BAOF', 'Other Black African'],
    ]),
    ...group('Black')([
      ['BCRB', 'Black Caribbean'],
      ['BOTH', 'Black Any Other Black/ African/ Caribbean Background'],
    ]),
    ...extended(
      'Black',
      'BOTH',
    )([
      ['BEUR', 'Black European'],
      ['BNAM', 'Black North American'],
      ['BOTB', 'Other Black'],
    ]),
    ...extended(
      'Other',
      'OOTH',
    )([
      ['OAFG', 'Afghan'],
      ['OARA', 'Arab'],
      ['OEGY', 'Egyptian'],
      ['OFIL', 'Filipino'],
      ['OIRN', 'Iranian'],
      ['OIRQ', 'Iraqi'],
      ['OJPN', 'Japanese'],
      ['OKOR', 'Korean'],
      ['OKRD', 'Kurdish'],
      ['OLAM', 'Latin, South or Central American'],
      ['OLEB', 'Lebanese'],
      ['OLIB', 'Libyan'],
      ['OMAL', 'Malay'],
      ['OMRC', 'Moroccan'],
      ['OPOL', 'Polynesian'],
    ]),
    ...codes([['ORAB', 'Arab (ORAB)']], { group: 'Other', dfe: 'OOTH', offered: false }),
    ...extended(
      'Other',
      'OOTH',
    )([
      ['OTHA', 'Thai'],
      ['OVIE', 'Vietnamese'],
      ['OYEM', 'Yemeni'],
      ['OOEG', 'Other Ethnic Group'],
    ]),
    ...group('Other')([['OOTH', 'Any Other Ethnic Group']]),
    ...group('Not stated')([
      ['REFU', 'Refused'],
      ['NOBT', 'Not obtained'],
    ]),
  ],
};
