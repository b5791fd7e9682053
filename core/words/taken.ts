import type { TaskFacts } from '../world.ts'

/** A branch of ours that somebody else's pull request shows already: why the attempt cannot be shown, and what helps. */
export function explainTaken({ number, branch, by }: TaskFacts['taken'][number]): {
  why: string
  help: string
} {
  return {
    why: `@${by} opened #${number} from ${branch}, and GitHub allows no second pull request from that branch`,
    help: `Close #${number}: then Chorus opens its own, with its checks and gates.`,
  }
}
