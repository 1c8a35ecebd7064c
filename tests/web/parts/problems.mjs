// What is wrong, each thing told once with the places where it is. Never decides what is wrong.

/** Problems of one program. `finish` tells them and ends it, with 0 where there are none. */
export function collect(program) {
  const problems = new Map()
  return {
    tell(where, what) {
      problems.set(what, [...problems.get(what) ?? [], where])
    },
    finish(well) {
      for (const [what, where] of problems) {
        const places = [...new Set(where)]
        console.error(`${program}: ${places[0]}${places.length > 1 ? ` (and ${places.length - 1} more: ${places.slice(1, 4).join('; ')}${places.length > 4 ? ' …' : ''})` : ''}: ${what}`)
      }
      console.log(problems.size === 0 ? `${program}: ${well}` : `${program}: FAILED, ${problems.size} problems`)
      // Not process.exit: what was told must arrive in the pipe.
      process.exitCode = problems.size === 0 ? 0 : 1
    },
  }
}
