/** Bans: who may not bind. Every saver serves all of it. */
@NullMarked
package io.hawser.saver.ban;

import org.jspecify.annotations.NullMarked;
