import type { Report } from '../contract/report.ts'
import { writeBytes } from './usage.ts'

type Told = Report['context']

/** `900 bytes about the task, 4 KB in all, planning text 0 %, first request to its model 32 KB` */
export function writeTold(told: Told): string {
  const { task_bytes, total_bytes, planning_bytes, first_request_bytes: first } = told
  return [
    `${writeBytes(task_bytes)} about the task`,
    `${writeBytes(total_bytes)} in all`,
    ...(planning_bytes === undefined ? [] : [`planning text ${writeShare(planning_bytes, total_bytes)}`]),
    ...(first === undefined ? [] : [`first request to its model ${writeBytes(first)}`]),
  ].join(', ')
}

/** `goal 300 bytes, scope 40 bytes`; empty where it was not told apart. */
export function writeSections({ sections = [] }: Told): string {
  return sections.map(({ name, bytes }) => `${name} ${writeBytes(bytes)}`).join(', ')
}

/** Little is never shown as nothing. */
export function writeShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  return `${Math.max(1, Math.round((part / whole) * 100))} %`
}
