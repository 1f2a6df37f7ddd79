/** United Kingdom postcodes by their pattern alone: nothing here knows whether one exists. */
const pattern = /^(GIR0AA|[A-PR-UWYZ](\d{1,2}|[A-HK-Y]\d([0-9]|[ABEHMNPRV-Y])?|\d[A-HJKPSTUW])\d[ABD-HJLNP-UW-Z]{2})$/;

/** Upper case, without spaces: for comparing and searching. */
export const tidyPostcode = (typed: string): string => typed.replace(/\s/g, '').toUpperCase();
export const isPostcode = (typed: string): boolean => pattern.test(tidyPostcode(typed));

/** With one space before the last three; what is no postcode stays as it was typed. */
export function showPostcode(typed: string): string {
  const tidy = tidyPostcode(typed);
  return pattern.test(tidy) ? `${tidy.slice(0, -3)} ${tidy.slice(-3)}` : typed.trim();
}
