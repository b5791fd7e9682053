import type { PullFacts } from '../world.ts'

type Gone = { pull: Pick<PullFacts, 'number' | 'base'>; sha: string; issue: number; main: string }

/** For the log. */
export function explainGoneLanding({ pull, sha, main }: Gone): string {
  return `#${pull.number} landed as ${sha.slice(0, 7)}, which is neither on ${pull.base.branch} nor on ${main} any more`
}

/** For the log: it was only a moment, or somebody put it right. */
export function explainFoundLanding({ pull, sha }: Gone): string {
  return `#${pull.number} landed as ${sha.slice(0, 7)}, which is not missed any more`
}

/** A comment on the pull request whose commit somebody's push took away. */
export function writeGoneLanding({ pull, sha, issue, main }: Gone): string {
  const { branch } = pull.base
  return [
    `**What landed here is gone:** ${sha} is neither on \`${branch}\` nor on \`${main}\` any more, as somebody moved \`${branch}\` away from it. Chorus still takes #${issue} for landed, and what waits for that goes on.`,
    `**What you can do:** Merge that commit into \`${branch}\` again; or close #${issue}, and open a new issue for what is still wanted. Rules of \`${branch}\` that forbid force-pushes keep this from happening. This is said once; \`chorus doctor\` names all that is gone.`,
  ].join('\n\n')
}
