import type { MergeMethod } from './rules.ts'

/**
 * A rule in force over which GitHub may refuse a merge, and of which Chorus does not see whether it is met. `rule`: its type.
 * `names`: what it asks for, in its own words: workflows, environments, tools, a pattern. `ruleset`: its id; null in classic
 * protection.
 */
export type Demand = { rule: string; names: readonly string[]; ruleset: number | null }

/** How such a rule holds a merge, and what people can do. */
export type Hold = {
  /** As GitHub's settings call it. */
  title: string
  /** What it asks for: follows "asks for ". */
  asks: string
  help: string
  /** How a sentence of GitHub's refusal begins where it is this one. */
  sign: RegExp
  /** Nobody has shown us those words: so it most likely is. */
  guessed?: true
  /** No pull request ever comes to meet it. */
  shut?: true
  /** It is met by what runs on the head. */
  runs?: true
  /** What lands by this method meets it. */
  spares?: MergeMethod
}

/** `judged`: folded into `Rules`; gates, `doctor` and the landing table go by it. Without both it concerns no merge. */
export type RuleRow = { judged: boolean; hold: Hold | null }

const JUDGED: RuleRow = { judged: true, hold: null }
/** About branches and tags that come, go or are forced; Copilot's reviews refuse nothing; the rest is kept when somebody pushes. */
const APART: RuleRow = { judged: false, hold: null }

function held(hold: Hold): RuleRow {
  return { judged: false, hold }
}

/** Every type of rule that GitHub publishes, and two settings of classic protection that may hold a merge as well. */
export const RULE_ROWS: Readonly<Record<string, RuleRow>> = {
  required_status_checks: JUDGED,
  required_linear_history: JUDGED,
  merge_queue: JUDGED,
  pull_request: {
    judged: true,
    hold: {
      title: 'Require review from specific teams',
      asks: 'the approval of a team for some files',
      help: 'somebody of that team approves the pull request',
      sign: /^waiting on (?:the )?(?:required reviewer|(?:review|approval) from (?:the )?team)\b/i,
      guessed: true,
    },
  },
  required_signatures: {
    judged: true,
    hold: {
      title: 'Require signed commits',
      asks: 'a signature on every commit, and agents’ commits have none',
      help: 'set `merge.method` to `squash`, as GitHub signs what it squashes',
      sign: /^commits must have (?:verified|valid) signatures/i,
      spares: 'squash',
    },
  },
  creation: APART,
  deletion: APART,
  non_fast_forward: APART,
  branch_name_pattern: APART,
  tag_name_pattern: APART,
  copilot_code_review: APART,
  file_path_restriction: APART,
  file_extension_restriction: APART,
  max_file_path_length: APART,
  max_file_size: APART,
  update: held({
    title: 'Restrict updates',
    asks: 'a place on its bypass list from whoever merges',
    help: 'take it off the ruleset; "Require a pull request before merging" keeps direct pushes away as well, and lets merges through',
    sign: /^cannot update this protected ref/i,
    shut: true,
  }),
  lock_branch: held({
    title: 'Lock branch',
    asks: 'nothing to change the branch',
    help: 'unlock it in its protection, or wait until somebody does',
    sign: /^(?:this branch is (?:locked|read-only)|cannot change this locked branch)/i,
    shut: true,
  }),
  restrictions: held({
    title: 'Restrict who can push to matching branches',
    asks: 'this app to be listed, which it is not',
    help: 'add this app there',
    sign: /^you(?:['’]re| are) not authori[sz]ed to push to this branch/i,
    shut: true,
  }),
  workflows: held({
    title: 'Require workflows to pass before merging',
    asks: 'these workflows to pass on the pull request',
    help: 'look whether they ran on this commit and passed; they start only for `pull_request`, `pull_request_target` and `merge_group`',
    sign: /^required workflows? /i,
    guessed: true,
    runs: true,
  }),
  required_deployments: held({
    title: 'Require deployments to succeed before merging',
    asks: 'the branch of the pull request to be deployed there',
    help: 'deploy it there, or let a workflow do that for each pull request',
    sign: /^missing successful active .* deployments?\b/i,
  }),
  code_scanning: held({
    title: 'Require code scanning results',
    asks: 'results of these tools for the commit, without alerts at its threshold',
    help: 'look at the alerts under Security → Code scanning; where there are no results, set these tools up for pull requests, or take them off the rule',
    sign: /^(?:waiting for code scanning results|code scanning is waiting for results)/i,
    runs: true,
  }),
  license_compliance_scanning: held({
    title: 'license_compliance_scanning',
    asks: 'dependencies that the organisation’s licence policy allows',
    help: 'look at the dependencies that it changes',
    sign: /^licen[cs]e compliance /i,
    guessed: true,
  }),
  commit_message_pattern: held({
    title: 'Restrict commit metadata: commit message',
    asks: 'a commit message that fits',
    help: 'let the pattern take the message that Chorus lands with, `type(scope): title` and trailers',
    sign: /^commit message must /i,
    guessed: true,
  }),
  commit_author_email_pattern: held({
    title: 'Restrict commit metadata: author email',
    asks: 'an author whose address fits',
    help: 'let the pattern take the addresses of this app and of agents’ commits, or of the people whose pull requests it lands',
    sign: /^(?:commit )?author email must /i,
    guessed: true,
  }),
  committer_email_pattern: held({
    title: 'Restrict commit metadata: committer email',
    asks: 'a committer whose address fits',
    help: 'let the pattern take noreply@github.com, which commits what GitHub merges',
    sign: /^committer email must /i,
    guessed: true,
  }),
}

/** Null where no merge is refused over a rule of this type that is not judged before. What is newer than this table may hold one. */
export function readHold(rule: string): Hold | null {
  return Object.hasOwn(RULE_ROWS, rule) ? RULE_ROWS[rule]!.hold : makeUnknown(rule)
}

function makeUnknown(rule: string): Hold {
  return {
    title: rule,
    asks: 'something that this Chorus does not know',
    help: 'look it up in the ruleset of the branch',
    // Nobody knows its words.
    sign: /(?!)/,
  }
}

/** GitHub's whole answer over REST, at times: not which rule it is. */
const BARE = /^repository rule violations found\.?\s*$/i

/** Names in quotes are anybody's words: of checks, workflows, environments. */
function listSentences(why: string): string[] {
  return why
    .replaceAll(/"[^"]*"|`[^`]*`/g, '""')
    .split(/\n|(?<=[.!])\s/)
    .map(one => one.replace(/^[\s\-*•]+/, ''))
}

/** @param method by which it was to be merged: what that meets anyway is not meant where GitHub does not say so. */
export type Asked = { demands: readonly Demand[]; method: MergeMethod }

/** Which of them GitHub means; `sure`: by its own words. */
export function findHolding(
  why: string,
  { demands, method }: Asked,
): { holding: readonly Demand[]; sure: boolean } {
  const sentences = listSentences(why)
  const named = demands.filter(({ rule }) => sentences.some(one => readHold(rule)?.sign.test(one)))
  if (named.length > 0) return { holding: named, sure: named.every(one => !readHold(one.rule)?.guessed) }
  const open = demands.filter(({ rule }) => readHold(rule)?.spares !== method)
  return { holding: BARE.test(why) ? open : [], sure: false }
}
