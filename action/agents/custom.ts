import { cleanOutput, cutTail } from '../../core/clean.ts'
import { type Adapter, UNKNOWN_USAGE } from './agent.ts'

/** Any command line: it finds its prompt in the file that $CHORUS_PROMPT names, and on stdin. */
export const custom: Adapter = {
  cli: 'custom',
  launch: ({ spec, prompt }) => ({
    command: { shell: [spec.command ?? 'false', ...spec.args.map(quote)].join(' ') },
    env: {},
    input: prompt,
  }),
  read: result => ({
    message: cutTail(cleanOutput(result.stdout.toString('utf8')).trim(), 1000),
    failure: null,
    usage: UNKNOWN_USAGE,
  }),
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
