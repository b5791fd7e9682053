import type { Annotation } from '../check.ts'
import type { Verdict, Verdicts } from './gate.ts'

export function pass(note: string): Verdict {
  return { is: 'pass', note }
}
/** @param ask what people can do about it. */
export function wait(reason: string, ask?: string): Verdict {
  return { is: 'wait', reason, ...(ask === undefined ? {} : { ask }) }
}
export function refuse(reason: string, ask?: string, annotations: readonly Annotation[] = []): Verdict {
  return {
    is: 'refuse',
    reason,
    ...(ask === undefined ? {} : { ask }),
    ...(annotations.length === 0 ? {} : { annotations }),
  }
}

/** Does it only wait because the branch is red, or was, that it lands on? */
export function isInherited(verdict: Verdict): verdict is Extract<Verdict, { is: 'wait' }> {
  return verdict.is === 'wait' && verdict.inherited !== undefined
}

/** `3 files`, `1 file`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

/** The first few of them, and how many more there are. */
export function listFew(words: readonly string[]): string {
  return words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ')
}

/** The same of paths: they are code, and cannot break out of it. */
export function listPaths(paths: readonly string[]): string {
  return listFew(paths.map(printPath))
}

export function printPath(path: string): string {
  const plain = path.replace(/[\p{Cc}\p{Cf}`|]/gu, '?')
  return `\`${plain.length > 120 ? `…${plain.slice(-119)}` : plain}\``
}

export function listAnnotations(all: Verdicts['all']): Annotation[] {
  return all.flatMap(({ verdict }) => (verdict.is === 'refuse' ? (verdict.annotations ?? []) : []))
}
