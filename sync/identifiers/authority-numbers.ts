/**
 * Three-digit numbers that a local authority has, or has had since the first children with a UPN who are under 26 now:
 * England, and 660 to 681 for Wales, where pupils get a UPN too. Only numbers, so that a check needs no list of names;
 * a test holds them against the list `local-authorities`.
 */
const england =
  '201-213 301-320 330-336 340-344 350-359 370-373 380-384 390-394 420 800-803 805-808 810-813 815-816 820-823 825-826 ' +
  '830-831 835-841 845-846 850-852 855-857 860-861 865-896 908-909 916 919 921 925-926 928-929 931 933 935-938 940-943';
const wales = '660-681';

export const isEnglishAuthority = (digits: string): boolean => isIn(england, digits);
export const isAuthority = (digits: string): boolean => isIn(england, digits) || isIn(wales, digits);

const isIn = (ranges: string, digits: string): boolean =>
  /^\d{3}$/.test(digits) &&
  ranges.split(' ').some((range) => {
    const [first = '', last = first] = range.split('-');
    return digits >= first && digits <= last;
  });
