// What a person has entered, and nothing else: the form is drawn from it and the request is built from it. It lives in memory.

export interface Entered { text: string; unit?: string; limit?: string }  // "true" and "false", a category's code, or a number as typed

export interface Entries {
  label: string;  // for the print; never sent
  age: string;
  sex: '' | 'male' | 'female';
  where: 'AMB' | 'EMER' | 'IMP';
  answers: Map<string, string>;  // by linkId
  facts: Map<string, Entered>;   // by name of the fact
  dates: Map<string, string>;    // by title of the group; "YYYY-MM-DD"
}

export const empty = (): Entries => ({ label: '', age: '', sex: '', where: 'AMB', answers: new Map(), facts: new Map(), dates: new Map() });

// A number as people type it, with a decimal point or comma; undefined when it is none.
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.').replace('−', '-');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

export function readAge(entries: Entries): number | undefined {
  const age = readNumber(entries.age);
  return age !== undefined && Number.isInteger(age) && age >= 18 && age <= 120 ? age : undefined;
}
