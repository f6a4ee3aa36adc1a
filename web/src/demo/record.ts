// The demonstration set: synthetic patients as web/patients holds them, moved in time as if each were seen today.
import { getJson } from '../calls';
import type { Localised } from '../language';
import type { Bundle, Coding, Prefetch, Resource } from '../types';

export interface Patient { id: string; now: string; story: Localised; indication: Coding; encounterId?: string; prefetch: Prefetch }

const day = 86_400_000;

// Every date moves by whole days, dates of birth too, so that the patient has the same age on every day.
function moved(value: unknown, days: number): unknown {
  if (Array.isArray(value)) return value.map((one) => moved(one, days));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, moved(one, days)]));
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(value)) return value;
  return new Date(Date.parse(value.slice(0, 10)) + days * day).toISOString().slice(0, 10) + value.slice(10);
}

export async function loadPatients(): Promise<Patient[]> {
  const patients = await getJson<Patient[]>('/pages/demo-patients.json');
  return patients.map((patient) => ({ ...patient, prefetch: moved(patient.prefetch, Math.floor((Date.now() - Date.parse(patient.now)) / day)) as Prefetch }));
}

export function resources(patient: Patient, ...keys: string[]): Resource[] {
  return keys.flatMap((key) => (patient.prefetch[key] as Bundle | undefined)?.entry?.map(({ resource }) => resource) ?? []);
}

export function person(patient: Patient): { name: string; gender: string; birthDate: string; age: number } {
  const resource = patient.prefetch['patient'] as Resource & { name?: { family?: string; given?: string[] }[]; gender?: string; birthDate?: string };
  const birthDate = resource.birthDate ?? '';
  const today = new Date().toISOString().slice(0, 10);
  const age = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (today.slice(5) < birthDate.slice(5) ? 1 : 0);
  const { family, given } = resource.name?.[0] ?? {};
  return { name: `${family ?? ''}, ${given?.join(' ') ?? ''}`, gender: resource.gender ?? '', birthDate, age };
}
