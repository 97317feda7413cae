/** What feeds a play: the fuzzers' bytes read as choices, the corpus, the lot. No play is here, and no fuzzer. */
@NullMarked
package io.hawser.room.fuzz;

import org.jspecify.annotations.NullMarked;
