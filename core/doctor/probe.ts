/** What doctor needs beyond the world of a pass: plain data, read or tried out by forge/probe.ts. */
export type Probe = {
  /** As the installation has them, which may be fewer than app.yml asks for by now. */
  permissions: Readonly<Record<string, string>>
  events: readonly string[]
  /** Names of the repository's Actions secrets. */
  secrets: Readable<readonly string[]>
  /** State of the caller workflow as Actions knows it: `active`, `disabled_manually`, … */
  workflow: Readable<string>
  /** Rulesets that concern the default branch or what may run at all. */
  rulesets: Readable<readonly RulesetFact[]>
  /** A ref under `refs/chorus/` was made and deleted as the app. */
  refs: { works: true } | { works: false; why: string }
  /** The repository's own wordings for agents on the default branch, by their names without `.md`. */
  prompts: Readable<readonly { name: string; text: string }[]>
}

/** What may be hidden for want of a permission, and why it is. */
export type Readable<T> = { is: 'read'; value: T } | { is: 'hidden'; why: string }

export type RulesetFact = {
  id: number
  name: string
  /** `branch`, `tag`, `push`, or something newer. */
  target: string
  /** Whether this app may pass it by. */
  bypass: boolean
}
