/** One line of doctor's answer: what was looked at, what was found, and the one thing to do about it. */
export type Finding = { level: Level; what: string; why: string; fix: string | null }

/** `warn` also stands for what cannot be proven from here. */
export type Level = 'ok' | 'warn' | 'bad'

export function ok(what: string, why: string): Finding {
  return { level: 'ok', what, why, fix: null }
}

export function warn(what: string, why: string, fix: string): Finding {
  return { level: 'warn', what, why, fix }
}

export function bad(what: string, why: string, fix: string): Finding {
  return { level: 'bad', what, why, fix }
}
