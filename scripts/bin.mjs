#!/usr/bin/env node
// The `chorus` command of the published package. Plain JavaScript, so that an older Node can say what is missing.
if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../cli/main.mjs')
} else {
  process.stderr.write(
    `Chorus needs Node 24 or newer; this is ${process.version}. Try: npx -p node@24 -p chorus-app chorus\n`,
  )
  process.exitCode = 1
}
