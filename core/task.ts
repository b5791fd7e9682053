/** What an issue asks for, read from its form fields or from plain text. */
export type TaskSpec = {
  title: string
  type: string
  goal: string
  acceptance: readonly string[]
  /** Globs that the change must stay in; empty: anywhere that is not protected. */
  scope: readonly string[]
  constraints: readonly string[]
  priority: number
}
