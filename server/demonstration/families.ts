/** Two families with accounts. */
import type { FictionalPerson } from './people.ts';

export const families = {
  agnieszka: {
    name: 'Agnieszka Kowalczyk',
    email: 'agnieszka.kowalczyk@example.org',
    phone: '07700 900201',
    roles: ['parent'],
    about: 'Mother of Zofia, who is 6',
  },
  marek: {
    name: 'Marek Kowalczyk',
    email: 'marek.kowalczyk@example.org',
    phone: '07700 900202',
    roles: ['parent'],
    about: 'Father of Zofia, who is 6',
  },
  sarah: {
    name: 'Sarah Delaney',
    email: 'sarah.delaney@example.org',
    phone: '07700 900203',
    roles: ['parent'],
    about: 'Mother of Idris, who is 17; lives apart from his father',
  },
  yusuf: {
    name: 'Yusuf Rahman',
    email: 'yusuf.rahman@example.org',
    phone: '07700 900204',
    roles: ['parent'],
    about: 'Father of Idris, who is 17',
  },
  idris: {
    name: 'Idris Rahman',
    email: 'idris.rahman@example.org',
    phone: '07700 900205',
    roles: ['young-person'],
    about: 'Young person of 17',
  },
} as const satisfies Record<string, FictionalPerson>;
