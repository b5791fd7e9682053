import type { AgentSpec } from '../../core/ticket.ts'
import type { Command, ProcessResult } from '../process.ts'

/** One program that can work on a task: how it is started, and how what it said is read. One file a program. */
export type Adapter = {
  cli: string
  launch(call: AgentCall): Launch
  read(result: ProcessResult): AgentWord
}

export type AgentCall = {
  spec: AgentSpec
  /** The words for the agent, and the file that holds them. */
  prompt: string
  promptFile: string
  /** An own home that is gone with the attempt. */
  home: string
}

export type Launch = {
  /** A shell line comes only from the repository's configuration. */
  command: Command | { shell: string }
  /** Beside what every agent has. */
  env: Readonly<Record<string, string>>
  input: string | null
}

/** What an agent says of itself. The repository and the checks decide; this is for people and for accounts. */
export type AgentWord = {
  message: string
  /** Why it did not work, as far as the program knows; null when it thinks that it did. */
  failure: string | null
  usage: {
    tokensIn: number | null
    tokensOut: number | null
    tokensCached: number | null
    costUsd: number | null
  }
}

export const UNKNOWN_USAGE: AgentWord['usage'] = {
  tokensIn: null,
  tokensOut: null,
  tokensCached: null,
  costUsd: null,
}
