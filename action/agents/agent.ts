import type { FailureKind } from '../../core/agents/failure.ts'
import type { AgentSpec } from '../../core/contract/ticket.ts'
import type { Family } from '../gateway/slots.ts'
import type { Command, ProcessResult } from '../process.ts'
import type { Show } from './shown.ts'

/** One program that can work on a task: how it is started, and how what it said is read. One file a program. */
export type Adapter = {
  cli: string
  /** What brings the program when the runner has none; null: there is nothing to bring. */
  package: Package | null
  /** The model service that it speaks to, through the gateway; null: none that we know of. */
  service(spec: AgentSpec): Service | null
  /** Files that it needs, by their path in its home. Written once, before anything else runs there. */
  settings?(call: AgentCall): Readonly<Record<string, string>>
  launch(call: AgentCall): Launch
  read(result: ProcessResult): AgentWord
  /** For programs that print events: what of them people see in the log. */
  show?: Show
}

/** An npm package at the version that its adapter was tried with. */
export type Package = {
  name: string
  version: string
  program: string
  /** Files below `node_modules`, best first, for packages whose install script would put one of them in the program's place. */
  natives?(machine: Machine): readonly string[]
}

/** `name` in Node's words, `linux-x64`. `avx2`: it has these instructions, which some builds want. */
export type Machine = { name: string; avx2: boolean }

export type Service = {
  family: Family
  /** For families without a vendor of their own. */
  base?: string
  /** Null: the program chooses. */
  model: string | null
}

export type AgentCall = {
  spec: AgentSpec
  /** How the program is started; `sh` where there is none to install. */
  program: Command
  /** Its way to models, where it has one: the loopback address and a key that opens nothing else. */
  access: Access | null
  /** Null: the program chooses. */
  model: string | null
  /** The words for the agent, and the file that holds them. */
  prompt: string
  promptFile: string
  /** An own home that is gone with the attempt. */
  home: string
}

export type Access = { baseUrl: string; key: string }

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
  failure: AgentFailure | null
  usage: {
    /** Those from a cache included. */
    tokensIn: number | null
    tokensOut: number | null
    tokensCached: number | null
    costUsd: number | null
  }
  /** How the program calls this conversation. Never gone on with: each round is one of its own. */
  session: string | null
}

export type AgentFailure = { kind: FailureKind; why: string }

export const UNKNOWN_USAGE: AgentWord['usage'] = {
  tokensIn: null,
  tokensOut: null,
  tokensCached: null,
  costUsd: null,
}

/** Turns that a program may take in one conversation, where it can be told. */
export const MOST_TURNS = 200

/** Programs that run on node take as much memory as they are let: on a large machine 2.4 GB for what needs 0.7. */
export const NODE_MEMORY = '--max-old-space-size=2048'

/** The words before which a program's own arguments go: a command with more of them. */
export function extend(program: Command, args: readonly string[]): Command {
  return { file: program.file, args: [...program.args, ...args] }
}
