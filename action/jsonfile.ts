import { join } from 'node:path'
import { type Parsed, printProblem } from '../core/contract/problem.ts'
import { redactSecrets } from '../core/text/secret.ts'
import { visibleText } from '../core/text/visible.ts'
import { ask, type Conversation, type Judgement, type Tally } from './converse.ts'
import { readAgentFile } from './harvest.ts'

/** A second version where the first cannot be read; more would be the same again. */
const ROUNDS = 2

export type Wish<T> = {
  session: Conversation
  tally: Tally
  /** Its name on the desk. */
  file: string
  parse(value: unknown): Parsed<T>
  /** What the agent is told; `problems` are those of its last version. */
  prompt(problems: readonly string[]): string
}

/** `prompt`: the last one. */
export type Answer<T> = { prompt: string } & (
  | { is: 'read'; value: T }
  | { is: 'bad'; problems: readonly string[] }
  /** The agent's program did not come to its end. */
  | { is: 'failed'; judgement: Judgement }
)

/** Asks an agent for one JSON file: again, with what is wrong, where it cannot be used. */
export async function askForFile<T>({ session, tally, file, parse, prompt }: Wish<T>): Promise<Answer<T>> {
  let problems: readonly string[] = []
  for (let round = 1; ; round++) {
    const text = prompt(problems)
    const judgement = await ask(session, tally, text)
    if (judgement !== null) return { is: 'failed', judgement, prompt: text }
    const read = await readJson(join(session.desk.out, file), file, parse)
    if (read.ok) return { is: 'read', value: read.value, prompt: text }
    problems = read.problems.map(printProblem).slice(0, 10)
    if (round === ROUNDS || session.bench.left() <= 0) return { is: 'bad', problems, prompt: text }
  }
}

/** Visible, without keys, and exactly of the agreed form. */
async function readJson<T>(path: string, name: string, parse: Wish<T>['parse']): Promise<Parsed<T>> {
  const text = await readAgentFile(path)
  if (text === null) return { ok: false, problems: [{ path: name, message: 'was not written' }] }
  try {
    return parse(
      JSON.parse(text, (_, value) => (typeof value === 'string' ? redactSecrets(visibleText(value)) : value)),
    )
  } catch {
    return { ok: false, problems: [{ path: name, message: 'is no JSON' }] }
  }
}
