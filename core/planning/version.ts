/** Each plan says at its head which version of the feature's plan it is, and what it was made from. */
export type Version = { number: number; from: string | null }

const LINE = /^> Version ([0-9]{1,4}) of this plan\b.*$/m

/** 1 where it does not say. */
export function readVersion(plan: string): number {
  return Number(LINE.exec(plan)?.[1] ?? 1)
}

/** `from`: in words. The text has exactly one such line then, at its head. */
export function writeVersion(plan: string, { number, from }: Version): string {
  const line = `> Version ${number} of this plan${from === null ? '' : `, ${from}`}.`
  return `${line}\n\n${plan.replace(new RegExp(LINE, 'gm'), '').trimStart()}`
}
