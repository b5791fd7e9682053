import type { Command, Ended, Grace } from '../../twin/actions/engine/process.ts'
import type { Finished, Program } from '../../twin/processes.ts'

/** What is asked of the starter, each process under an id of its own, and what it answers. */
export type Wish =
  | { is: 'run'; id: number; program: Program }
  | { is: 'start'; id: number; command: Omit<Command, 'onLine'> }
  | { is: 'stop'; id: number; grace: Grace | null }

export type Answer =
  | { is: 'finished'; id: number; finished: Finished }
  | { is: 'failed'; id: number; error: Error }
  | { is: 'line'; id: number; line: string }
  | { is: 'ended'; id: number; ended: Ended }
