/** Bans on a real database. */
@NullMarked
package io.hawser.saver.ban;

import org.jspecify.annotations.NullMarked;
