import { z } from 'zod'

/** How what passes every gate lands. */
export const merge = z.strictObject({
  strategy: z
    .enum(['auto', 'lanes', 'pr', 'manual', 'dry'])
    .default('auto')
    .describe(
      '`auto` lands what passes; `lanes` lands it on the branch `integration`, of which only green tips come to the default branch; `pr` turns the gate green and leaves the button to a person; `manual` asks a person’s approval too; `dry` lands nothing and says on each pull request what `auto` would do',
    ),
  integration: z
    .string()
    .regex(
      /^(?!.*(\.\.|\/\/|\.lock(\/|$)))[A-Za-z0-9_][\w./-]{0,98}[\w-]$/,
      'must be a plain name of a branch',
    )
    .refine(
      name => !/^(chorus|agent|gh-readonly-queue)\//.test(name),
      'must not be below `chorus/`, `agent/` or `gh-readonly-queue/`',
    )
    .default('integration')
    .describe('with the strategy `lanes`: the branch that pull requests go to; begun where it is missing'),
  method: z.enum(['squash', 'merge', 'rebase']).default('squash').describe('how a pull request lands'),
  judge: z
    .enum(['ci', 'job'])
    .default('ci')
    .describe(
      'who judges what lands: `ci`, the repository’s own; `job`, the merge job of Chorus, which runs `setup` and `checks` on exactly that commit, where there is no CI or beside it',
    ),
  exact: z
    .boolean()
    .default(false)
    .describe(
      'land only what CI has judged as it lands, also where the branch does not ask for up-to-date branches',
    ),
  reds: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(5)
    .describe(
      'with the strategy `lanes`: so many landings may make the branch `integration` red in a day; with more, until the oldest is a day old, only what CI has judged as it lands does, as with `exact`',
    ),
  together: z
    .number()
    .int()
    .min(1)
    .max(30)
    .default(8)
    .describe(
      'pull requests that are judged together at most: where the branch asks for up-to-date branches and takes merge commits, and with the strategy `lanes` where one waits for another; 1: one by one',
    ),
})
