/** A question's own words, and then what is said of it: «First name: there are 2 different answers». */
export const about = (label: string, said: string): string =>
  /[?!.]$/.test(label) ? `${label} ${said.charAt(0).toUpperCase()}${said.slice(1)}` : `${label}: ${said}`;
