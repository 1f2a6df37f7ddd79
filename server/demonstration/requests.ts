/** Requests that the demonstration begins with, in different states. Whoever and whatever they tell of is invented. */
import type { PersonKey } from './people.ts';

type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** Section → field → paragraphs. */
type Texts = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface FictionalRequest {
  readonly starter: PersonKey;
  readonly startedDaysAgo: number;
  readonly answers: Answers;
  readonly contacts: readonly Readonly<Record<string, string>>[];
  readonly texts: Texts;
  readonly sharedWith?: { readonly person: PersonKey; readonly access: 'view' | 'edit' };
  /** What the person it was shared with added. */
  readonly added?: { readonly answers: Answers; readonly texts: Texts };
  readonly submittedDaysAgo?: number;
}

const agreed = { consent_given: 'yes', consent_how: 'in-person' };

export const requests: readonly FictionalRequest[] = [
  {
    starter: 'priya',
    startedDaysAgo: 24,
    submittedDaysAgo: 19,
    answers: {
      consent: { ...agreed, consent_by: 'Tegan Penhallow' },
      requester: {
        by_young_person: 'no',
        req_name: 'Priya Nair',
        req_relationship: 'SENCO',
        req_email: 'priya.nair@alderbrook.example',
        req_phone: '07700 900101',
        req_org: 'Alderbrook Primary School',
        req_role: 'SENCO',
        first_request: 'yes',
      },
      child: { first_name: 'Dylan', last_name: 'Penhallow', preferred_name: 'Dyl', dob: '2016-11-23', gender: 'male' },
      views: { child_involved: 'yes' },
      'needs-communication': { is_need: 'yes' },
      'needs-sensory': { is_need: 'yes' },
    },
    contacts: [
      {
        full_name: 'Tegan Penhallow',
        relationship: 'Mother',
        has_parental_responsibility: 'yes',
        telephone: '07700 900301',
      },
      {
        full_name: 'Owen Llewellyn',
        relationship: 'Speech and language therapist',
        organisation: 'Hallowshire Children’s Therapies',
        telephone: '07700 900106',
      },
    ],
    texts: {
      views: {
        working: ['I like science, the school garden and reading with Mrs Pritchard.'],
        not_working: [
          'The dining hall is too loud and I go out.',
          'I would like a quiet place to eat with one friend.',
        ],
      },
      'needs-communication': {
        strengths: ['Dylan explains what he knows of animals and plants with precise words.'],
        needs: ['He follows one instruction at a time. In a group he loses the thread and stops asking.'],
        done_so_far: [
          'Visual timetable since September; instructions are given one by one; a weekly group with the speech and language therapist.',
        ],
      },
      'needs-sensory': {
        strengths: ['He has learned to say when a room is too loud.'],
        needs: ['Noise and crowds make him leave the room, on most days before lunch.'],
        done_so_far: ['Ear defenders, an early lunch twice a week, a place in the library.'],
      },
    },
  },
  {
    starter: 'sarah',
    startedDaysAgo: 12,
    submittedDaysAgo: 11,
    answers: {
      consent: { ...agreed, consent_by: 'Idris Rahman' },
      requester: {
        by_young_person: 'no',
        req_name: 'Sarah Delaney',
        req_relationship: 'Mother',
        req_email: 'sarah.delaney@example.org',
        req_phone: '07700 900203',
        first_request: 'yes',
      },
      child: { first_name: 'Idris', last_name: 'Rahman', dob: '2009-05-02', gender: 'male' },
      views: { child_involved: 'yes' },
      'views-parent': { parent_involved: 'yes' },
      'needs-cognition': { is_need: 'yes' },
    },
    contacts: [
      {
        full_name: 'Yusuf Rahman',
        relationship: 'Father',
        has_parental_responsibility: 'yes',
        telephone: '07700 900204',
      },
    ],
    texts: {
      views: {
        working: ['I enjoy my motor vehicle course and get there by myself.'],
        not_working: [
          'Written work takes me much longer than the others. I stopped going to two lessons because of it.',
        ],
      },
      'views-parent': {
        working: ['Idris is patient and exact with his hands.'],
        not_working: ['Nobody has looked at how he reads since primary school.'],
      },
      'needs-cognition': {
        strengths: ['He remembers everything that he was shown.'],
        needs: ['Reading and writing at the level of a much younger child.'],
        done_so_far: ['Extra time in tests. Nothing else that we know of.'],
      },
    },
  },
  {
    starter: 'tom',
    startedDaysAgo: 5,
    submittedDaysAgo: 2,
    answers: {
      consent: { ...agreed, consent_by: 'Anand Chandrasekhar' },
      requester: {
        by_young_person: 'no',
        req_name: 'Tom Ashdown',
        req_relationship: 'SENCO',
        req_email: 'tom.ashdown@thornleyvale.example',
        req_phone: '07700 900102',
        req_org: 'Thornley Vale Academy',
        req_role: 'SENCO',
        first_request: 'not-known',
      },
      child: { first_name: 'Meera', last_name: 'Chandrasekhar', dob: '2013-07-08', gender: 'female' },
      views: { child_involved: 'yes' },
      'needs-semh': { is_need: 'yes' },
    },
    contacts: [
      {
        full_name: 'Anand Chandrasekhar',
        relationship: 'Father',
        has_parental_responsibility: 'yes',
        telephone: '07700 900302',
      },
    ],
    texts: {
      views: {
        working: ['I am proud of my drawings and of the radio club.'],
        not_working: ['When room and teacher change I am anxious for the rest of the day.'],
      },
      'needs-semh': {
        strengths: ['Meera has two close friends and looks after the younger ones in the radio club.'],
        needs: ['Anxiety keeps her out of about one lesson in three.'],
        done_so_far: ['A named adult each morning, a pass to leave the room, six weeks with the school counsellor.'],
      },
    },
  },
  {
    starter: 'priya',
    startedDaysAgo: 6,
    sharedWith: { person: 'agnieszka', access: 'edit' },
    answers: {
      child: { first_name: 'Zofia', last_name: 'Kowalczyk', dob: '2020-03-14', gender: 'female' },
      views: { child_involved: 'yes' },
      'views-parent': { parent_involved: 'yes' },
    },
    contacts: [
      {
        full_name: 'Agnieszka Kowalczyk',
        relationship: 'Mother',
        has_parental_responsibility: 'yes',
        telephone: '07700 900201',
      },
    ],
    texts: { views: { working: ['I love counting games and I help the little ones.'] } },
    added: {
      answers: { child: { preferred_name: 'Zosia' } },
      texts: {
        'views-parent': {
          not_working: ['At home Zosia tells us that she does not understand the others when they talk quickly.'],
        },
      },
    },
  },
  {
    starter: 'priya',
    startedDaysAgo: 3,
    answers: {
      child: { first_name: 'Callum', last_name: 'Strickland-Hay', dob: '2018-01-30' },
      views: { child_involved: 'yes' },
    },
    contacts: [],
    texts: { views: { working: ['I know every bus route in the county.'] } },
  },
  {
    starter: 'yusuf',
    startedDaysAgo: 1,
    answers: { child: { first_name: 'Idris', last_name: 'Rahman' } },
    contacts: [],
    texts: {},
  },
];
