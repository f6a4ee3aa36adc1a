// Which facts one can enter by hand, in groups that share a date. Names are those of core/facts.json.
import type { TextId } from '../language';

export interface Group { title: TextId; dated: boolean; facts: string[]; limit?: boolean }

export const groups: Group[] = [
  { title: 'group.history', dated: false, facts: ['history.myocardial_infarction', 'history.pci', 'history.cabg', 'history.coronary_disease', 'history.bronchospastic_disease', 'allergy.contrast'] },
  { title: 'group.ecg', dated: true, facts: ['ecg.normal', 'ecg.st_elevation', 'ecg.st_depression', 'ecg.q_wave', 'ecg.lbbb', 'ecg.atrial_fibrillation'] },
  { title: 'group.troponin', dated: true, limit: true, facts: ['lab.troponin_t', 'lab.troponin_i'] },
  { title: 'group.exam', dated: true, facts: ['vital.systolic_bp', 'vital.diastolic_bp', 'vital.heart_rate'] },
  { title: 'group.laboratory', dated: true, facts: ['lab.egfr', 'lab.total_cholesterol', 'lab.ldl', 'lab.hdl', 'lab.triglycerides', 'lab.hba1c'] },
  { title: 'group.ventricle', dated: true, facts: ['lv.ejection_fraction', 'lv.segmental_dysfunction'] },
  { title: 'group.calcium', dated: true, facts: ['ct.calcium_score'] },
  { title: 'group.ccta', dated: true, facts: ['ccta.cad_rads', 'ccta.non_diagnostic', 'ccta.plaque_burden', 'ccta.high_risk_plaque', 'ccta.stenosis_left_main', 'ccta.stenosis_lad_proximal', 'ccta.stenosis_lad', 'ccta.stenosis_lcx', 'ccta.stenosis_rca', 'ccta.ffr_ct'] },
  { title: 'group.exercise', dated: true, facts: ['exercise_ecg.result', 'exercise_ecg.minutes', 'exercise_ecg.st_deviation_mm', 'exercise_ecg.angina_index'] },
  { title: 'group.stress', dated: true, facts: ['stress_echo.result', 'stress_echo.ischaemic_segments', 'stress_cmr.result', 'stress_cmr.perfusion_segments', 'spect.result', 'spect.ischaemic_myocardium', 'pet.result', 'pet.ischaemic_myocardium'] },
];
